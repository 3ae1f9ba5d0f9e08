import { addToList, parseJsonc } from './jsonc.js';

const add = (text: string, before: readonly string[] = []) => addToList(text, 'exclude', 'migrations', before);

describe('adding to a list of a JSON file with comments', () => {
  it.each<[string, string, string]>([
    ['one line', '{\n  "exclude": ["a", "b"]\n}\n', '{\n  "exclude": ["a", "b", "migrations"]\n}\n'],
    ['one line with a trailing comma', '{ "exclude": ["a",], }', '{ "exclude": ["a", "migrations",], }'],
    ['no element', '{ "exclude": [] }', '{ "exclude": ["migrations"] }'],
    [
      'a line for each element',
      '{\n\t"exclude": [\n\t\t"a",\n\t\t"b"\n\t]\n}',
      '{\n\t"exclude": [\n\t\t"a",\n\t\t"b",\n\t\t"migrations"\n\t]\n}',
    ],
    [
      'a trailing comma and comments, with Windows line ends',
      '{\r\n  "exclude": [\r\n    "a", // generated\r\n    /* not ours */\r\n  ],\r\n}\r\n',
      '{\r\n  "exclude": [\r\n    "a", // generated\r\n    /* not ours */\r\n    "migrations",\r\n  ],\r\n}\r\n',
    ],
    [
      'a comment behind the last element',
      '{\n  "exclude": [\n    "a" // generated\n  ]\n}',
      '{\n  "exclude": [\n    "a", // generated\n    "migrations"\n  ]\n}',
    ],
    [
      'the key in a string, in a comment and further inside',
      '{ /* "exclude": [] */ "a": "\\"exclude\\": [", "b": { "exclude": ["x"] }, "exclude" /* ! */ : ["y"] }',
      '{ /* "exclude": [] */ "a": "\\"exclude\\": [", "b": { "exclude": ["x"] }, "exclude" /* ! */ : ["y", "migrations"] }',
    ],
    ['a byte order mark', '\uFEFF{ "exclude": ["a"] }', '\uFEFF{ "exclude": ["a", "migrations"] }'],
  ])('keeps the layout of a file with %s', (_what, text, expected) => {
    expect(add(text)).toBe(expected);
    expect(parseJsonc(expected)).toMatchObject({ exclude: expect.arrayContaining(['migrations']) });
  });

  it.each<[string, string, string]>([
    [
      'two spaces',
      '{\n  "a": {\n    "b": 1\n  }\n}\n',
      '{\n  "a": {\n    "b": 1\n  },\n  "exclude": ["x", "migrations"]\n}\n',
    ],
    ['tabs and a trailing comma', '{\n\t"a": 1,\n}', '{\n\t"a": 1,\n\t"exclude": ["x", "migrations"],\n}'],
    ['one line', '{ "a": [1, 2] }', '{ "a": [1, 2], "exclude": ["x", "migrations"] }'],
    [
      'a comment at its end',
      '{\n  "a": 1 // one\n  // "exclude": []\n}\n// end\n',
      '{\n  "a": 1, // one\n  // "exclude": []\n  "exclude": ["x", "migrations"]\n}\n// end\n',
    ],
    ['nothing in it', '{}\n', '{ "exclude": ["x", "migrations"] }\n'],
  ])('adds the key to a file with %s', (_what, text, expected) => {
    expect(add(text, ['x'])).toBe(expected);
    expect(parseJsonc(expected)).toMatchObject({ exclude: ['x', 'migrations'] });
  });

  it.each(['{ "exclude": "a" }', '{ "exclude": null }', '[]', ''])('leaves %j alone', (text) => {
    expect(add(text)).toBeUndefined();
  });
});

describe('reading a JSON file with comments', () => {
  it('reads the values, and skips comments and trailing commas', () => {
    const text = '\uFEFF{ // one\n "a": [1.5e3, -2, true, null,], /* two */ "b//": "/* c */ \\" \\u00e9", }';
    expect(parseJsonc(text)).toEqual({ a: [1500, -2, true, null], 'b//': '/* c */ " é' });
  });

  it.each(['{ "a": }', '{', '{ "a" 1 }', '{ a: 1 }', '{ "a": "b }', ''])('refuses %j', (text) => {
    expect(() => parseJsonc(text)).toThrow(SyntaxError);
  });
});
