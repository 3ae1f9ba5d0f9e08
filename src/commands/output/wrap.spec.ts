import { wrapped } from './wrap.js';

describe('a text for a terminal', () => {
  it.each<[string, string, number | undefined, string]>([
    ['stays as it is where there is no terminal', 'one two three', undefined, 'one two three'],
    ['stays as it is where it fits', 'one two three', 13, 'one two three'],
    ['breaks at a space', 'one two three', 12, 'one two\nthree'],
    ['breaks as often as needed', 'one two three four', 8, 'one two\nthree\nfour'],
    ['keeps its own lines', 'one\n\ntwo three', 8, 'one\n\ntwo\nthree'],
    ['keeps a path whole that is longer than a line', 'in /a/very/long/path.ts it', 8, 'in\n/a/very/long/path.ts\nit'],
    ['keeps a name with spaces whole', 'no column "first name" in it', 20, 'no column\n"first name" in it'],
    ['keeps a command whole', 'Run `npx nest-cmd db upgrade` first.', 28, 'Run\n`npx nest-cmd db upgrade`\nfirst.'],
    ['keeps what is joined to a name', 'it is ("first name"), too', 16, 'it is\n("first name"),\ntoo'],
    ['breaks a quotation that fits into no line', 'say "one two three four"', 10, 'say "one\ntwo three\nfour"'],
    ['breaks behind a quotation mark without an end', 'five" of these', 8, 'five" of\nthese'],
    ['goes on under the indentation', '  - one two three', 12, '  - one two\n    three'],
    ['goes on in the second column', '  -v  one two three', 14, '  -v  one two\n      three'],
    ['counts wide characters twice', '表 表 表', 5, '表 表\n表'],
    ['counts accents that combine as nothing', 'e\u0301 e\u0301 e', 5, 'e\u0301 e\u0301 e'],
    ['keeps a word in a terminal of one column', 'one two', 1, 'one\ntwo'],
    ['keeps the spaces between words', 'a   b c', 5, 'a   b\nc'],
  ])('%s', (_what, text, width, expected) => {
    expect(wrapped(text, width)).toBe(expected);
  });

  it('leaves room for a label before its first line', () => {
    expect(wrapped('one two three', 14, 6)).toBe('one two\n      three');
  });

  it('loses no word, and no line is longer than the terminal but for a word that is', () => {
    const text =
      'The table "user table" of `npx nest-cmd db migrate` (see x.ts:12) has\n  - a "b c", d\n\n  -x, --y  "z" is `q r` …';
    for (let width = 1; width < 90; width++) {
      const lines = wrapped(text, width).split('\n');
      expect(lines.join(' ').split(/\s+/)).toEqual(text.split(/\s+/));
      for (const line of lines) {
        const isWord = !/\S\s+\S/.test(line);
        expect({ width, line, fits: isWord || line.length <= width }).toEqual({ width, line, fits: true });
      }
    }
  });
});
