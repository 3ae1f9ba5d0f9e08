import { createHash } from 'node:crypto';
import { codeChecksum, compareChecksum } from './code-checksum.js';

const source = [
  `import type { Operations } from 'nestjs-migrate';`,
  '/** add name */',
  `export const revision = 'a1';`,
  'export async function upgrade(op: Operations): Promise<void> {',
  '  await op.execute(`UPDATE "user" SET "name" = \'x\'  -- all',
  '  WHERE "a" / 2 > 1`);',
  `  const pattern = /a  b\\/\\/c/g;`,
  '  return op.dropTable("x");',
  '}',
].join('\n');

const isSame = (changed: string): boolean => compareChecksum(changed, codeChecksum(source)).isSame;

describe('codeChecksum', () => {
  it('fits into its column', () => {
    expect(codeChecksum(source)).toMatch(/^code:[\w-]{43}$/);
    expect(codeChecksum("it isn't code").length).toBeLessThanOrEqual(64);
  });

  it.each([
    ['another indent', source.replaceAll('\n  return', '\n      return')],
    ['lines joined', source.replace('{\n  await', '{ await')],
    ['lines broken', source.replace('op.dropTable(', 'op\n    .dropTable(\n')],
    ['another comment', source.replace('add name', 'add the name')],
    ['a comment more', source.replace('  return', '  // why\n  return')],
    ['a comment less', source.replace('/** add name */\n', '')],
    ['ends of lines of Windows', source.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${source}`],
    ['no space around names', source.replace(`revision = 'a1'`, `revision='a1'`)],
  ])('is the same for %s', (_, changed) => {
    expect(changed).not.toBe(source);
    expect(isSame(changed)).toBe(true);
  });

  it.each([
    ['another string', source.replace(`'a1'`, `'a2'`)],
    ['a space in a string', source.replace('"x"', '" x"')],
    ['white space in a template', source.replace(`'x'  --`, `'x' --`)],
    ['a comment of SQL', source.replace('-- all', '-- some')],
    ['a space in a regular expression', source.replace('a  b', 'a b')],
    ['another name', source.replace('dropTable', 'createTable')],
    ['a line break that ends a return', source.replace('return op', 'return\n  op')],
    ['a statement in a comment', source.replace('  return', '  // return')],
  ])('is another for %s', (_, changed) => {
    expect(changed).not.toBe(source);
    expect(isSame(changed)).toBe(false);
  });

  it('compares what older versions recorded with the whole file', () => {
    const old = createHash('sha256').update(source).digest('hex');
    expect(compareChecksum(source, old)).toEqual({ isSame: true, isOfCode: false });
    expect(compareChecksum(`${source}\n`, old)).toEqual({ isSame: false, isOfCode: false });
  });

  it('counts every character of what is no code', () => {
    expect(codeChecksum("it isn't code")).not.toBe(codeChecksum("it  isn't code"));
  });
});
