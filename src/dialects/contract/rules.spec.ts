import { cutName } from '../../schema/name-rules.js';
import { table } from '../../../test/support/comparing.js';
import { ContractDatabase } from './contract-database.js';
import { subjects } from './subjects.js';

const integers = (...names: string[]) => names.map((name) => ({ name, type: 'integer' }));

describe.each(subjects)('The rules of a dialect are what the database does, on %s', (_name, subject) => {
  const { rules } = subject.dialect;
  let database: ContractDatabase;
  beforeEach(async () => {
    database = await ContractDatabase.make(subject);
  });
  afterEach(() => database.drop());

  const isDone = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      () => false,
    );

  it.each([
    ['of one byte', 'n'],
    ['of two bytes', 'ä'],
    ['of four bytes', '😀'],
  ])('cuts a long name as nameLimit specifies, or refuses it, in letters %s', async (_what, letter) => {
    const name = letter.repeat(Math.ceil(200 / Buffer.byteLength(letter)));
    const cut = cutName(name, rules.nameLimit);
    const kept = rules.isRefused?.(name) ? [] : [cut];
    expect(await isDone(database.query(`CREATE TABLE ${subject.dialect.quote(name)} (id integer)`))).toBe(
      kept.length > 0,
    );
    expect(await database.tables()).toEqual(kept);
    if (rules.isRefused === undefined || rules.isRefused(cut)) return;
    await database.query(`CREATE TABLE IF NOT EXISTS ${subject.dialect.quote(cut)} (id integer)`);
    expect(await database.tables()).toEqual([cut]);
  });

  it.each([
    ['Name', 'nAME'],
    ['Ärger', 'ärger'],
    ['ſ', 's'],
    ['a', 'á'],
  ])('has both %s and %s unless they fold to one', async (one, other) => {
    const { quote } = subject.dialect;
    await database.query(`CREATE TABLE ${quote(one)} (id integer)`);
    const hasBoth = await isDone(database.query(`CREATE TABLE ${quote(other)} (id integer)`));
    expect(hasBoth).toBe(rules.fold(one) !== rules.fold(other));
  });

  it.each([
    ['integer', 'bigint'],
    ['bigint', 'smallint'],
    ['varchar', 'text'],
    ['integer', 'text'],
    ['text', 'integer'],
  ])('changes a column under a foreign key as mayChangeUnderForeignKey specifies: %s to %s', async (from, to) => {
    // By the catalog's names of types, as reflected.
    const typed = (name: string, type: string) => table(name, { columns: [{ name: 'id', type }] });
    const makes = (name: string, type: string) =>
      isDone(database.apply({ kind: 'createTable', table: typed(name, type) }));
    // Not every type can be that of a key.
    if (!(await makes('from', from)) || !(await makes('to', to))) return;
    const [before, after] = (await database.reflected()).map(({ columns }) => columns[0]?.type ?? '');
    const foreignKey = {
      name: 'fk',
      columnNames: ['id'],
      referencedTableName: 'from',
      referencedColumnNames: ['id'],
    };
    const child = { ...typed('child', from), foreignKeys: [foreignKey] };
    await database.apply({ kind: 'createTable', table: child });
    const existing = child.columns[0];
    const change = { kind: 'alterColumn', table: { name: 'child' }, column: 'id', to: { type: to }, existing } as const;
    const isPossible = rules.mayChangeUnderForeignKey(before ?? '', after ?? '');
    expect(await isDone(database.apply(change))).toBe(isPossible);
  });

  it('has schemas if hasSchemas', async () => {
    expect(await isDone(database.apply({ kind: 'createSchema', name: 'other' }))).toBe(rules.hasSchemas);
  });

  it('builds an index outside of the transaction if concurrentIndexes', async () => {
    await database.apply({ kind: 'createTable', table: table('t', { columns: integers('id') }) });
    const statements = await subject.dialect.compile(
      { kind: 'createIndex', table: { name: 't' }, index: { name: 'ix', columnNames: ['id'], isConcurrent: true } },
      {
        offline: true,
        kept: new Map(),
        table: async () => table('t', { columns: integers('id') }),
        schema: () => Promise.reject(new Error('not asked for')),
        operations: async () => [],
        query: async () => [],
      },
    );
    expect(statements.some(({ outsideTransaction }) => outsideTransaction === true)).toBe(rules.concurrentIndexes);
  });

  it('prints the expression of a generated column in another way when its base changes, if generatedMustBePlain', async () => {
    const { columns } = table('t', {
      columns: [
        ...integers('id', 'base'),
        { name: 'sum', type: 'integer', asExpression: 'base + 1', generatedType: 'STORED', isNullable: true },
      ],
    });
    await database.apply({ kind: 'createTable', table: table('t', { columns }) });
    const expression = async () =>
      (await database.reflected())[0]?.columns.find(({ name }) => name === 'sum')?.asExpression;
    const before = await expression();
    const change = { kind: 'alterColumn', table: { name: 't' }, column: 'base' } as const;
    await database.apply({ ...change, to: { type: 'decimal' }, existing: { type: 'integer' } });
    await database.apply({ ...change, to: { type: 'integer' }, existing: { type: 'decimal' } });
    expect((await expression()) !== before).toBe(rules.generatedMustBePlain);
  });
});
