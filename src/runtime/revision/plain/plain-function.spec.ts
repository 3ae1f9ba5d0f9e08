import type { Operations } from '../../../operations/operations.interface.js';
import { isPlain } from './plain-function.js';

const methods = new Set(['execute', 'createTable', 'dropTable']);

/** A function from its source, as the loader of revisions makes it. */
function made(source: string): (op: Operations) => unknown {
  // oxlint-disable-next-line no-eval
  return globalThis.eval(`(${source})`) as (op: Operations) => unknown;
}

describe('a function of a revision is plain', () => {
  it.each([
    'async function upgrade(op) {}',
    'async function upgrade(op) { await op.execute(`SELECT 1`); }',
    "async function (operations) { await operations.dropTable('a');\n\n // why\n await operations.dropTable('b') }",
    "async (op) => {\n  await op.dropTable('a')\n  await op.dropTable('b')\n}",
    "async function upgrade(op) { await op.createTable({ name: 't', columns: [{ name: 'n', type: 'int', default: -1.5, isPrimary: true, },], 'x': null, 1: [] }); }",
    "async function upgrade(op) { await op.execute('SELECT ' + 'try { catch }', [1, undefined]); }",
  ])('that only calls with literals: %s', (source) => {
    expect(isPlain(made(source), methods)).toBe(true);
  });

  it('as a method', () => {
    const { upgrade } = {
      async upgrade(op: Operations): Promise<void> {
        await op.execute('SELECT 1');
      },
    };
    expect(isPlain(upgrade, methods)).toBe(true);
  });

  it.each([
    "function upgrade(op) { return op.dropTable('a'); }",
    "async (op) => op.dropTable('a')",
    "async function upgrade(op) { op.dropTable('a'); }",
    "async function upgrade(op) { op.dropTable('a'); await op.dropTable('b'); }",
    "async function upgrade(op) { await op.dropTable('a').catch(() => undefined); }",
    "async function upgrade(op) { try { await op.dropTable('a'); } catch {} }",
    'async function upgrade(op) { await op.dropTable(name); }',
    'async function upgrade(op) { await op.execute(`DROP TABLE ${name}`); }',
    'async function upgrade(op) { await op.execute(sql`DROP TABLE a`); }',
    "async function upgrade(op) { await op.execute(read('a.sql')); }",
    "async function upgrade(op) { await op.execute(name ? 'a' : 'b'); }",
    "async function upgrade(op) { await op.execute('a', [new Date()]); }",
    "async function upgrade(op) { await op.execute('a'), await op.execute('b'); }",
    'async function upgrade(op) { await op.createTable({ name }); }',
    "async function upgrade(op) { await op.createTable({ get name() { return 'a'; } }); }",
    "async function upgrade(op) { await op.createTable({ ...base, name: 'a' }); }",
    'async function upgrade(op) { await op.autocommit(() => undefined); }',
    "async function upgrade(op) { await op.queryRunner.query('SELECT 1'); }",
    "async function upgrade(op) { const rows = await op.execute('SELECT 1'); }",
    'async function upgrade(op) { await helper(op); }',
    "async function upgrade(op) { await Promise.all([op.execute('a'), op.execute('b')]); }",
    "async function upgrade(op) { if (op.context.offline) return; await op.execute('a'); }",
    "async function upgrade(op) { for (const n of [1]) await op.execute('a'); }",
    "async function upgrade({ execute }) { await execute('a'); }",
    "async function upgrade(op, more) { await op.execute('a'); }",
    'async function upgrade() {}',
  ])('not when it does anything else: %s', (source) => {
    expect(isPlain(made(source), methods)).toBe(false);
  });

  it('not where its source is not known', () => {
    expect(isPlain(Math.max, methods)).toBe(false);
    expect(isPlain(made('async function upgrade(op) {}').bind(undefined), methods)).toBe(false);
  });
});
