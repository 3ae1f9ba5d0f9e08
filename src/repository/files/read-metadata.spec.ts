import type { InvalidRevisionFileError } from '../../errors/repository-files.errors.js';
import { readMetadata } from './read-metadata.js';

const read = (source: string) => readMetadata(source, '/versions/a.ts');
const found = (source: string) => {
  const { id, downRevisions, branchLabels, dependsOn } = read(source);
  return [id, downRevisions, branchLabels, dependsOn];
};

function failure(source: string): InvalidRevisionFileError {
  try {
    read(source);
  } catch (error) {
    return error as InvalidRevisionFileError;
  }
  throw new Error('nothing was thrown');
}

const plain = `/**
 * add user
 * email
 *
 * More about it.
 *
 * Revision ID: b
 */
import type { Operations } from 'nestjs-migrate';

export const revision = 'b';
export const downRevision = 'a';
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {}
`;

describe('the metadata of a revision file', () => {
  const expected = ['b', ['a'], [], []];

  it.each([
    ['as it is written', plain],
    ['with Windows line ends', plain.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\uFEFF${plain}`],
    ['with types', `export const revision: string = 'b';\nexport const downRevision: string | string[] | null = 'a';`],
    [
      'with assertions',
      `export const revision = 'b' as const;\nexport const downRevision = ['a'] satisfies readonly string[];`,
    ],
    [
      'without semicolons',
      `export const revision = 'b'\nexport const downRevision = 'a'\nexport function upgrade() {}`,
    ],
    ['in one declaration', `export const revision = 'b', downRevision = "a";`],
    ['with a template string', 'export const revision = `b`; export const downRevision = `a`;'],
    ['with escapes', `export const revision = '\\x62'; export const downRevision = '\\u{61}';`],
    ['as CommonJS', `exports.revision = 'b';\nexports.downRevision = 'a';`],
    ['as module.exports', `module.exports.revision = 'b'; module.exports.downRevision = 'a';`],
    [
      'as an object',
      `module.exports = { upgrade() { const revision = 'x'; }, 'revision': 'b', downRevision: ['a'], };`,
    ],
    [
      'as TypeScript compiles it',
      `"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.downRevision = exports.revision = void 0;\nexports.revision = 'b';\nexports.downRevision = 'a';`,
    ],
    [
      'as swc compiles it',
      `"use strict";\n_export(exports, { revision: function() { return revision; } });\nconst revision = 'b';\nconst downRevision = 'a';`,
    ],
    [
      'with the same names in strings, comments, templates, regular expressions and functions',
      `// export const revision = 'x';\n/* export const revision = 'y'; */\nconst text = "export const revision = 'z';";\nconst html = \`\${[1].map(() => \`}export const revision = 'q'\`)} export const revision = 'v'\`;\nconst quote = /['"\`{]/.test('a') ? 4 / 2 / 1 : 0;\nfunction f() { const revision = 'w'; }\nexport const revision = 'b';\nexport const downRevision = 'a';`,
    ],
  ])('is read %s', (_what, source) => {
    expect(found(source)).toEqual(expected);
  });

  it('may be lists', () => {
    const source = `export const revision = 'm';\nexport const downRevision = [\n  'a',\n  'b', // why\n];\nexport const branchLabels = ['x', 'y'];\nexport const dependsOn = 'net';`;
    expect(found(source)).toEqual(['m', ['a', 'b'], ['x', 'y'], ['net']]);
  });

  it('is found after pragmas and a shebang', () => {
    expect(read(`#!/usr/bin/env node\n${plain}`).id).toBe('b');
    expect(read(`// @ts-nocheck\n/* eslint-disable */\n${plain}`).message).toBe('add user email');
  });
});

describe('the message of a revision file', () => {
  it('is the first paragraph of the first comment', () => {
    expect(read(plain)).toMatchObject({
      message: 'add user email',
      doc: 'add user\nemail\n\nMore about it.\n\nRevision ID: b',
    });
  });

  it('may begin with the mark that makes compilers keep it', () => {
    expect(read(plain.replace('/**', '/*!'))).toMatchObject({
      message: 'add user email',
      doc: 'add user\nemail\n\nMore about it.\n\nRevision ID: b',
    });
    expect(read(`/*! add user */export const revision = 'b';`).message).toBe('add user');
  });

  it('is found behind the code that a bundler puts before it', () => {
    const bundled = `var __defProp = Object.defineProperty; /* helper */
module.exports = __toCommonJS(stdin_exports);
/*!
 * add user email
 */
const revision = "b";
const downRevision = null;`;
    expect(read(bundled)).toMatchObject({ id: 'b', message: 'add user email' });
  });

  it('may be written in line comments, or not at all', () => {
    expect(read(`// add\n// user\nexport const revision = 'b';`).message).toBe('add user');
    expect(read(`export const revision = 'b'; // not a message`).message).toBe('');
  });
});

describe('a file that is no revision', () => {
  it.each([
    ['has no revision', 'export const a = 1;', 1, 'does not export a `revision`'],
    ['is empty', '', 1, 'does not export a `revision`'],
    ['computes its id', `\nexport const revision = id();`, 2, '`revision` must be a string'],
    ['puts its id together', `\n\nexport const revision = 'a' + 'b';`, 3, '`revision` must be a string'],
    ['has no id', `export const revision = null;`, 1, '`revision` must be a string'],
    ['has a number', `export const revision = 'a';\nexport const downRevision = 5;`, 2, '`downRevision`'],
    [
      'has a list with holes in it',
      `export const revision = 'a';\nexport const downRevision = ['x', y];`,
      2,
      '`downRevision`',
    ],
    ['has a string without an end', `\nexport const revision = 'a;\n`, 2, 'does not end'],
    ['has a comment without an end', `\n/* export const revision = 'a';`, 2, 'comment does not end'],
    ['has a template without an end', 'const a = `${b', 1, 'template string does not end'],
  ])('because it %s is refused with its line', (_what, source, line, text) => {
    const error = failure(source);
    expect(error).toMatchObject({ code: 'INVALID_REVISION_FILE', file: '/versions/a.ts', line });
    expect(error.message).toContain(`/versions/a.ts:${line}`);
    expect(error.message).toContain(text);
  });

  it('names the column', () => {
    expect(failure('export const revision = id();')).toMatchObject({ line: 1, column: 25 });
  });
});

it('5,000 files are read in well under a second', () => {
  const begin = performance.now();
  for (let count = 0; count < 5000; count++) read(plain);
  expect(performance.now() - begin).toBeLessThan(1000);
});

describe('a name that is nearly one of the four', () => {
  it.each([
    [`export const revision = 'b';\nexport const downRevison = 'a';`, 'downRevison', 'downRevision', 2],
    [`export const revision = 'b';\nexport const down_revision = 'a';`, 'down_revision', 'downRevision', 2],
    [
      `export const revision = 'b', downRevision = 'a';\nexport const branchLabel = 'x';`,
      'branchLabel',
      'branchLabels',
      2,
    ],
    [`exports.revision = 'b';\nexports.dependOn = 'a';`, 'dependOn', 'dependsOn', 2],
    [`module.exports = { revision: 'b', downrevision: 'a' };`, 'downrevision', 'downRevision', 1],
    [`export const revison = 'b';\nexport const downRevision = null;`, 'revison', 'revision', 1],
  ])('is refused with the one that is meant: %s', (source, written, meant, line) => {
    expect(failure(source)).toMatchObject({ line, hint: `Did you mean \`${meant}\`?` });
    expect(failure(source).message).toContain(`\`${written}\` is no part of a revision`);
  });

  it.each([
    [`export const revision = 'b';\nexport const description = 'a';\nexport const tables = ['a'];`],
    [`export const revision = 'b';\nconst downRevisions = ['a'];`],
    [
      `export const revision = 'b';\nexport const downRevision = null, dependsOn = null, branchLabels = null;\nexport const revisions = 1;`,
    ],
    [`module.exports = { revision: 'b', upgrade: async () => {}, downgrade: async () => {} };`],
  ])('is none where it is far from them, not exported, or all four are there: %s', (source) => {
    expect(read(source).id).toBe('b');
  });
});
