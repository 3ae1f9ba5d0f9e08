import { DefaultNamingStrategy, type EntityManager, type QueryRunner, Table } from 'typeorm';
import { InvalidOperationError } from '../../errors/operations.errors.js';
import { createOperations, type OperationsBuilder, type OperationsHost } from './builder.js';
import type { Operation } from '../operation.js';
import type { Operations } from '../operations.interface.js';

interface Recording extends OperationsBuilder {
  readonly applied: Operation[];
  readonly events: string[];
}

/** A host that keeps what it is given; `fail` makes the operations on that table fail. */
function record(options: Partial<OperationsHost> & { fail?: string } = {}): Recording {
  const applied: Operation[] = [];
  const events: string[] = [];
  const builder = createOperations({
    context: { dataSource: 'default', dialect: 'sqlite', xArgs: {}, offline: false },
    queryRunner: {} as QueryRunner,
    manager: {} as EntityManager,
    naming: new DefaultNamingStrategy(),
    apply: async (operation) => {
      await new Promise((resolve) => setTimeout(resolve, applied.length === 0 ? 10 : 1));
      if ('table' in operation && operation.table.name === options.fail) throw new Error(`no table ${options.fail}`);
      applied.push(operation);
      events.push(operation.kind);
    },
    autocommit: async (fn) => {
      events.push('commit');
      await fn();
      events.push('begin');
    },
    typeorm: () => Promise.reject(new Error('no migrations of TypeORM here')),
    get: () => Promise.reject(new Error('no providers here')),
    ...options,
  });
  return { ...builder, applied, events };
}

async function built(call: (op: Operations) => Promise<void>, options?: Partial<OperationsHost>): Promise<Operation> {
  const { op, applied } = record(options);
  await call(op);
  expect(applied).toHaveLength(1);
  return applied[0]!;
}

describe('createTable', () => {
  it("reads TypeORM's table options", async () => {
    const operation = await built((op) =>
      op.createTable({
        name: 'sales.order',
        columns: [
          { name: 'id', type: 'int', isPrimary: true, isGenerated: true },
          { name: 'total', type: 'numeric', precision: 10, scale: 2, default: 0 },
          { name: 'code', type: 'varchar', length: '20', isUnique: true, isNullable: true, comment: '' },
          { name: 'paid', type: 'boolean', default: false },
        ],
        checks: [{ expression: 'total >= 0' }],
        indices: [{ columnNames: ['total'], where: 'paid' }],
        foreignKeys: [
          { columnNames: ['id'], referencedTableName: 'user', referencedColumnNames: ['id'], onDelete: 'NO ACTION' },
        ],
      }),
    );
    expect(operation).toEqual({
      kind: 'createTable',
      table: {
        schema: 'sales',
        name: 'order',
        columns: [
          { name: 'id', type: 'int', generationStrategy: 'increment' },
          { name: 'total', type: 'numeric', precision: 10, scale: 2, default: '0' },
          { name: 'code', type: 'varchar', length: '20', isNullable: true },
          { name: 'paid', type: 'boolean', default: 'false' },
        ],
        primaryKey: { name: 'PK_1031171c13130102495201e3e20', columnNames: ['id'] },
        uniques: [{ name: new DefaultNamingStrategy().uniqueConstraintName('order', ['code']), columnNames: ['code'] }],
        checks: [
          { name: new DefaultNamingStrategy().checkConstraintName('order', 'total >= 0'), expression: 'total >= 0' },
        ],
        exclusions: [],
        foreignKeys: [
          {
            name: new DefaultNamingStrategy().foreignKeyName('order', ['id']),
            columnNames: ['id'],
            referencedTableName: 'user',
            referencedColumnNames: ['id'],
          },
        ],
        indices: [
          {
            name: new DefaultNamingStrategy().indexName('order', ['total'], 'paid'),
            columnNames: ['total'],
            where: 'paid',
          },
        ],
      },
    });
  });

  it('groups what only one database has', async () => {
    const column = {
      name: 'n',
      type: 'int',
      unsigned: true,
      zerofill: false,
      width: 4,
      charset: 'utf8',
      onUpdate: 'now()',
    };
    const operation = await built((op) =>
      op.createTable({
        name: 'a',
        columns: [column, { name: 'x', type: 'int', onConflict: 'IGNORE' }],
        indices: [{ name: 'i', columnNames: ['n'], parser: 'ngram' }],
        engine: 'InnoDB',
        strict: true,
      }),
    );
    expect(operation).toMatchObject({
      table: {
        columns: [
          { name: 'n', type: 'int', mysql: { unsigned: true, width: 4, charset: 'utf8', onUpdate: 'now()' } },
          { name: 'x', type: 'int', sqlite: { onConflict: 'IGNORE' } },
        ],
        indices: [{ name: 'i', columnNames: ['n'], mysql: { parser: 'ngram' } }],
        mysql: { engine: 'InnoDB' },
        sqlite: { strict: true },
      },
    });
    const changed = await built((op) => op.alterColumn('a', 'n', { type: 'int', unsigned: true } as never));
    expect(changed).toMatchObject({ to: { type: 'int', mysql: { unsigned: true } } });
  });

  it('takes an instance of Table as well', async () => {
    const table = { name: 'tag', columns: [{ name: 'id', type: 'uuid', isPrimary: true, isUnique: true }] };
    const options = { naming: undefined };
    expect(await built((op) => op.createTable(new Table(table)), options)).toEqual(
      await built((op) => op.createTable(table), options),
    );
  });

  it.each<[string, Parameters<Operations['createTable']>[0], RegExp]>([
    [
      'a column without a type',
      { name: 'a', columns: [{ name: 'x' } as never] },
      /'type' of the column 'x' is missing/,
    ],
    ['a misspelt field', { name: 'a', colums: [] } as never, /unknown field 'colums'/],
    [
      'a column twice',
      {
        name: 'a',
        columns: [
          { name: 'x', type: 'int' },
          { name: 'x', type: 'int' },
        ],
      },
      /'x' twice/,
    ],
    ['an index on nothing', { name: 'a', indices: [{ columnNames: ['x'] }] }, /names the column 'x'/],
    ['a uuid strategy', { name: 'a', columns: [{ name: 'x', type: 'uuid', generationStrategy: 'uuid' }] }, /'uuid'/],
    [
      'what only Spanner has',
      { name: 'a', indices: [{ columnNames: ['x'], isNullFiltered: true }] },
      /which no operation can express/,
    ],
    [
      'a function as default',
      { name: 'a', columns: [{ name: 'x', type: 'int', default: () => 'now()' }] },
      /'default'/,
    ],
  ])('refuses %s, showing the call', async (_what, table, problem) => {
    const { op, applied } = record();
    const error: unknown = await op.createTable(table).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidOperationError);
    expect((error as Error).message).toMatch(/^op\.createTable\({ name: 'a', … }\): /);
    expect((error as Error).message).toMatch(problem);
    expect(applied).toEqual([]);
  });
});

describe('the target of a call', () => {
  it.each([
    ['user', { name: 'user' }],
    ['sales.user', { schema: 'sales', name: 'user' }],
    ['sales.user.old', { schema: 'sales', name: 'user.old' }],
    [{ name: 'a.b' }, { name: 'a.b' }],
    [
      { schema: 'x.y', name: 'a.b' },
      { schema: 'x.y', name: 'a.b' },
    ],
  ])('is read as schema and table: %j', async (target, table) => {
    expect(await built((op) => op.dropTable(target))).toEqual({ kind: 'dropTable', table });
  });

  it('is in the schema of the old name where the new name has none', async () => {
    const renamed = { kind: 'renameTable', table: { schema: 'sales', name: 'a' } };
    expect(await built((op) => op.renameTable('sales.a', 'b'))).toEqual({
      ...renamed,
      to: { schema: 'sales', name: 'b' },
    });
    expect(await built((op) => op.renameTable('sales.a', { name: 'b' }))).toEqual({ ...renamed, to: { name: 'b' } });
  });
});

describe('alterColumn', () => {
  it('keeps a null, which removes a property, and the existing value', async () => {
    expect(
      await built((op) =>
        op.alterColumn('user', 'age', {
          default: null,
          isNullable: false,
          existing: { default: '18', isNullable: true },
        }),
      ),
    ).toEqual({
      kind: 'alterColumn',
      table: { name: 'user' },
      column: 'age',
      to: { default: null, isNullable: false },
      existing: { default: '18', isNullable: true },
    });
  });

  it('names the operation to use for what is no change of a column', async () => {
    const { op } = record();
    await expect(op.alterColumn('user', 'age', { isPrimary: true } as never)).rejects.toMatchObject({
      message: expect.stringMatching(/^op\.alterColumn\('user', 'age', …\): /),
      hint: 'Use op.createPrimaryKey(…) or op.dropPrimaryKey(…).',
    });
    await expect(op.alterColumn('user', 'age', {})).rejects.toThrow(/changes nothing/);
  });
});

describe('batch', () => {
  it('collects the changes of one table', async () => {
    const operation = await built((op) =>
      op.batch('user', (table) => {
        table.dropColumn('name');
        table.createPrimaryKey(['id'], 'PK');
      }),
    );
    const table = { name: 'user' };
    expect(operation).toEqual({
      kind: 'batch',
      table,
      operations: [
        { kind: 'dropColumn', table, column: 'name' },
        { kind: 'createPrimaryKey', table, primaryKey: { name: 'PK', columnNames: ['id'] } },
      ],
    });
  });

  it('is the operation for a unique column that is added', async () => {
    const operation = await built((op) => op.addColumn('user', { name: 'email', type: 'text', isUnique: true }));
    expect(operation).toMatchObject({ kind: 'batch', operations: [{ kind: 'addColumn' }, { kind: 'createUnique' }] });
  });

  it('refuses an async function, and shows the call inside', async () => {
    const { op } = record();
    // oxlint-disable-next-line typescript/no-misused-promises -- the mistake that is tested
    await expect(op.batch('user', async () => {})).rejects.toThrow(/must not be an async function/);
    await expect(op.batch('user', (table) => table.dropColumn(''))).rejects.toThrow(
      /^op\.batch\('user'\) → table\.dropColumn\(''\): /,
    );
  });
});

describe('calls without await', () => {
  it('run in order, and settle waits for them', async () => {
    const { op, applied, settle } = record();
    void op.createSchema('a');
    void op.createEnum('b', ['x']);
    await op.dropTable('c');
    void op.dropTable('d');
    await settle();
    expect(applied.map((operation) => operation.kind)).toEqual([
      'createSchema',
      'createEnum',
      'dropTable',
      'dropTable',
    ]);
  });

  it('fail in settle, and later calls are not run', async () => {
    const { op, applied, settle } = record({ fail: 'user' });
    void op.dropTable('user');
    void op.createSchema('a');
    await expect(settle()).rejects.toThrow('no table user');
    expect(applied).toEqual([]);
  });

  it('fail in the next call with await', async () => {
    const { op, applied } = record({ fail: 'user' });
    void op.dropTable('user');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(op.createSchema('a')).rejects.toThrow('no table user');
    expect(applied).toEqual([]);
  });

  it('fail in settle when their arguments do not fit', async () => {
    const { op, settle } = record();
    void op.dropColumn('user', '');
    await expect(settle()).rejects.toBeInstanceOf(InvalidOperationError);
  });

  it('do not fail again in settle when the failure was caught', async () => {
    const { op, applied, settle } = record({ fail: 'user' });
    await op.dropTable('user').catch(() => undefined);
    await op.createSchema('a');
    await settle();
    expect(applied).toHaveLength(1);
  });
});

describe('autocommit', () => {
  it('runs its calls between a commit and a begin, awaited or not', async () => {
    const { op, events, settle } = record();
    void op.createSchema('a');
    void op.autocommit(async () => {
      await op.execute('VACUUM');
      void op.execute('ANALYZE');
    });
    void op.dropSchema('a');
    await settle();
    expect(events).toEqual(['createSchema', 'commit', 'execute', 'execute', 'begin', 'dropSchema']);
  });
});
