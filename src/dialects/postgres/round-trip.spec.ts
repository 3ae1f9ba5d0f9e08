import { postgresVersion } from '../../../test/support/databases.js';
import { PostgresDatabase, postgresTable } from '../../../test/support/postgres-database.js';
import { emptySchema, type ColumnModel, type SchemaModel, type TableModel } from '../../schema/schema.model.js';

type Column = Omit<ColumnModel, 'name'>;

/** Kinds of columns as people, TypeORM and the catalog write them. */
const columns: readonly Column[] = [
  ...'smallint,integer,int,int4,bigint,int8,real,float4,double precision,float,numeric,decimal,money'.split(','),
  ...'text,varchar,character varying,char,citext,uuid,xml,name,"char",oid,regclass'.split(','),
  ...'boolean,bool,bytea,json,jsonb,hstore,ltree,cube,inet,cidr,macaddr,macaddr8,tsvector,tsquery'.split(','),
  ...'date,time,timetz,timestamp,timestamptz,interval,interval year to month,timestamp with time zone'.split(','),
  ...'point,line,lseg,box,path,polygon,circle,bit,bit varying,varbit'.split(','),
  ...'int4range,int8range,numrange,tsrange,tstzrange,daterange,int4multirange,datemultirange'.split(','),
].map((type) => ({ type }));

const special: readonly Column[] = [
  { type: 'varchar', length: '50' },
  { type: 'char', length: '5' },
  { type: 'bit', length: '8', default: `B'00000000'` },
  { type: 'varbit', length: '5' },
  { type: 'numeric', precision: 10 },
  { type: 'decimal', precision: 10, scale: 2, default: '0.00' },
  { type: 'decimal', precision: 10, scale: 2, default: '-1.5' },
  { type: 'timestamptz', precision: 3 },
  { type: 'timestamp', precision: 6, default: 'LOCALTIMESTAMP' },
  { type: 'timestamp', precision: 0, default: 'CURRENT_TIMESTAMP(0)' },
  { type: 'time', precision: 2, default: `'10:00'` },
  { type: 'interval', precision: 4, default: `'24 hours'` },
  { type: 'interval day to second', precision: 3 },
  { type: 'timestamp', precision: 3, isArray: true },
  { type: 'varchar', length: '10', isArray: true, default: `'{}'` },
  { type: 'text', isArray: true, default: 'ARRAY[]::text[]' },
  { type: 'int', isArray: true, default: `'{1,2}'`, isNullable: true },
  { type: 'text', collation: 'C' },
  { type: 'text', comment: `it's a "comment"\nwith \\ lines` },
  { type: 'text', default: `'O''Brien'` },
  { type: 'varchar', default: `'a::b c'` },
  { type: 'varchar', default: 'NULL', isNullable: true },
  { type: 'varchar', default: `'a' || 'b'` },
  { type: 'varchar', default: `''` },
  { type: 'bigint', default: '0' },
  { type: 'bigint', default: `'0'` },
  { type: 'int', default: '-7' },
  { type: 'numeric', default: '1.5' },
  { type: 'money', default: '0' },
  { type: 'boolean', default: `'false'` },
  { type: 'boolean', default: 'TRUE' },
  { type: 'jsonb', default: `'{"b":1, "a":[ 1,2 ]}'` },
  { type: 'jsonb', default: `'{}'::jsonb` },
  { type: 'json', default: `'{"b":1, "a":2}'` },
  { type: 'uuid', default: 'gen_random_uuid()' },
  { type: 'uuid', default: 'uuid_generate_v4()' },
  { type: 'timestamptz', default: 'NOW()' },
  { type: 'timestamptz', default: `now() + interval '1 day'` },
  { type: 'timestamp', default: `(now() at time zone 'utc')` },
  { type: 'timestamp', default: `now() at time zone 'utc'` },
  { type: 'timestamp', default: `now() AT TIME ZONE 'utc' -- the time of the server` },
  { type: 'timestamptz', default: `'2020-01-01'::timestamp with time zone` },
  { type: 'boolean', default: 'true AND NOT false' },
  { type: 'boolean', default: 'not false' },
  { type: 'boolean', default: '1 IS NULL' },
  { type: 'boolean', default: 'NULL IS NOT DISTINCT FROM 1' },
  { type: 'boolean', default: 'now() ISNULL' },
  { type: 'boolean', default: '1 IN (1, 2)' },
  { type: 'boolean', default: '1 NOT BETWEEN 2 AND 3' },
  { type: 'boolean', default: `'a' LIKE 'b' OR 'a' SIMILAR TO 'b'` },
  { type: 'boolean', default: '1 = ANY (ARRAY[1, 2])' },
  { type: 'boolean', default: '1 + 1 > 1 % 2' },
  { type: 'boolean', default: '1 OPERATOR(pg_catalog.=) 2' },
  { type: 'text', default: `'a' COLLATE "C"` },
  { type: 'text', default: `'a AND b' || 'IS'` },
  { type: 'text', default: `CASE WHEN 1 IS NULL THEN 'a' ELSE 'b' END` },
  { type: 'interval', default: `interval '1' day` },
  { type: 'timestamp', default: `timezone('utc', now())` },
  { type: 'date', default: 'CURRENT_DATE' },
  { type: 'enum', enumName: 'mood', default: `'happy'` },
  { type: 'enum', enumName: 'mood', isArray: true, default: `'{happy,sad}'` },
  { type: 'enum', enumName: 'mood', enumSchema: 'other', default: `'fine'` },
  { type: 'enum', enum: ['a', `b'c`, 'D e'], default: `'a'` },
  { type: 'simple-array' },
  { type: 'int', generationStrategy: 'identity' },
  { type: 'bigint', generationStrategy: 'identity', generatedIdentity: 'ALWAYS' },
  { type: 'smallint', generationStrategy: 'increment' },
  { type: 'int', generationStrategy: 'increment' },
  { type: 'bigint', generationStrategy: 'increment' },
  { type: 'int', asExpression: '"base" * 2', generatedType: 'STORED', isNullable: true },
  ...(postgresVersion >= 18
    ? [{ type: 'int', asExpression: '"base" + 1', generatedType: 'VIRTUAL', isNullable: true } as const]
    : []),
  { type: 'tsvector', asExpression: `to_tsvector('english', 'a')`, isNullable: true },
];

const long = 'a_very_long_name_that_is_longer_than_the_sixty_three_bytes_of_postgres';
const umlauts = 'ä'.repeat(40);

const parent = postgresTable('parent', {
  columns: [
    { name: 'id', type: 'int', generationStrategy: 'increment' },
    { name: 'a', type: 'int' },
    { name: 'b', type: 'varchar' },
  ],
  primaryKey: { name: 'PK_parent', columnNames: ['id'] },
  uniques: [
    { name: 'UQ_ab', columnNames: ['b', 'a'] },
    { name: 'UQ_later', columnNames: ['a'], deferrable: 'INITIALLY DEFERRED' },
  ],
  indices: [{ name: 'IDX_some', columnNames: ['b'], where: `b in ('x', 'y')`, columnOptions: { b: 'desc' } }],
  exclusions: [
    { name: 'XCL_parent', expression: 'USING gist (a WITH =)' },
    { name: 'XCL_late', expression: 'USING gist (a WITH =) DEFERRABLE INITIALLY DEFERRED' },
  ],
  comment: 'the parents',
});

const child = postgresTable('Child "table"', {
  schema: 'other',
  columns: [
    { name: 'id', type: 'uuid' },
    { name: 'Select', type: 'int', isNullable: true },
    { name: 'from', type: 'varchar', isNullable: true },
    { name: 'room', type: 'int' },
    { name: 'during', type: 'tsrange' },
    { name: 'price', type: 'decimal', precision: 10, scale: 2 },
    { name: 'data', type: 'jsonb' },
    { name: 'mood', type: 'enum', enumName: 'mood', enumSchema: 'other' },
    { name: long, type: 'text' },
    { name: umlauts, type: 'text' },
  ],
  primaryKey: { name: 'PK_child', columnNames: ['room', 'id'] },
  checks: [
    { name: 'CHK_price', expression: '"price" > 0' },
    { name: 'CHK_from', expression: `"from" IN ('a', 'b') AND (room = 1 OR "Select" IS NULL)` },
    { name: `${long}_check`, expression: `mood <> 'sad'` },
  ],
  exclusions: [
    { name: 'XCL', expression: 'USING gist (room WITH =, during WITH &&)' },
    { name: 'XCL2', expression: 'USING gist (during WITH &&) WHERE (room > 7)', deferrable: 'INITIALLY IMMEDIATE' },
  ],
  foreignKeys: [
    {
      name: 'FK_pair',
      columnNames: ['from', 'Select'],
      referencedTableName: 'parent',
      referencedColumnNames: ['b', 'a'],
      onDelete: 'SET NULL',
      onUpdate: 'CASCADE',
      deferrable: 'INITIALLY DEFERRED',
    },
  ],
  indices: [
    { name: 'IDX_plain', columnNames: ['from', 'Select'] },
    {
      name: 'IDX_unique',
      columnNames: ['from'],
      isUnique: true,
      ...(postgresVersion >= 15 && { nullsNotDistinct: true }),
    },
    { name: 'IDX_where', columnNames: ['room'], where: `"from" = 'x' and room > 1` },
    { name: 'IDX_enum', columnNames: ['room'], where: `mood = 'fine'`, isUnique: true },
    { name: 'IDX_gin', columnNames: ['data'], type: 'GIN', columnOptions: { data: 'jsonb_path_ops' } },
    { name: 'IDX_hash', columnNames: ['id'], type: 'hash' },
    { name: 'IDX_spatial', columnNames: ['during'], isSpatial: true },
    { name: 'IDX_include', columnNames: ['room'], include: ['Select', 'from'] },
    {
      name: 'IDX_options',
      columnNames: ['from', 'room', 'Select'],
      columnOptions: { from: 'varchar_pattern_ops desc', room: 'ASC NULLS LAST', Select: 'NULLS FIRST' },
    },
    { name: 'IDX_collate', columnNames: ['from'], columnOptions: { from: 'COLLATE "C"' } },
    { name: 'IDX_expression', columnNames: [], expression: `lower("from") DESC, (room + 1), "Select"` },
    { name: `${long}_index`, columnNames: [umlauts, long] },
  ],
});

const views: SchemaModel['views'] = [
  {
    name: 'totals',
    expression: `SELECT a AS "A", count(*) AS n\n FROM "parent" p GROUP BY a;`,
    indices: [],
    dependsOn: [{ name: 'parent' }],
  },
  { name: 'above', expression: 'SELECT "A" FROM totals', indices: [], dependsOn: [{ name: 'totals' }] },
  { schema: 'other', name: 'totals', expression: 'SELECT * FROM parent', indices: [], dependsOn: [{ name: 'parent' }] },
  {
    name: 'kept',
    materialized: true,
    expression: `select * from parent where b in ('x', 'y')`,
    indices: [{ name: 'IDX_kept', columnNames: ['a'], isUnique: true, where: `b <> 'y'` }],
    dependsOn: [{ name: 'parent' }],
  },
];

describe('what is created from a model on PostgreSQL', () => {
  let database: PostgresDatabase;
  const enums = [
    { name: 'mood', values: ['sad', 'happy', "o'k"] },
    { schema: 'other', name: 'mood', values: ['fine', 'sad'] },
  ];
  const surroundings = (['citext', 'hstore', 'ltree', 'cube', 'uuid-ossp', 'btree_gist'] as const).map((name) => ({
    kind: 'createExtension' as const,
    name,
  }));

  beforeAll(async () => {
    database = await PostgresDatabase.create(['other']);
    await database.migrate(...surroundings, ...enums.map((type) => ({ kind: 'createEnum' as const, enum: type })));
  });
  afterAll(() => database.drop());

  describe('columns', () => {
    const kinds = [...columns, ...special];
    const wanted = kinds.map((column, number) =>
      postgresTable(`Column ${number}`, {
        columns: [
          { name: 'base', type: 'int' },
          { name: 'The "column"', ...column },
        ],
      }),
    );
    let before: SchemaModel;
    let made: SchemaModel;
    let after: SchemaModel;
    let copies: SchemaModel;
    const columnsOf = ({ tables }: SchemaModel, name: string) => tables.find((table) => table.name === name)?.columns;

    beforeAll(async () => {
      before = await database.canonical({ tables: wanted, enums });
      await database.migrate(...wanted.map((table) => ({ kind: 'createTable' as const, table })));
      made = await database.schema();
      after = await database.canonical({ tables: wanted, enums });
      const copied = made.tables.map((table) => ({ ...table, name: table.name.replace('Column', 'Copy') }));
      await database.migrate(...copied.map((table) => ({ kind: 'createTable' as const, table })));
      copies = await database.schema();
    });

    it.each(kinds.map((column, number) => [JSON.stringify(column), column, number] as const))(
      'are read as they were created: %s',
      (_title, column, number) => {
        const read = columnsOf(made, `Column ${number}`);
        expect(read).toHaveLength(2);
        expect(columnsOf(after, `Column ${number}`)).toEqual(read);
        expect(columnsOf(copies, `Copy ${number}`)).toEqual(read);
        if (column.enumSchema === undefined) expect(columnsOf(before, `Column ${number}`)).toEqual(read);
      },
    );
  });

  it('is read as it was created: keys, constraints, indexes, views, sequences', async () => {
    const wanted: SchemaModel = {
      ...emptySchema,
      tables: [child, parent],
      views,
      enums,
      sequences: [{ name: 'counter', start: '10', increment: '5' }, { name: 'plain' }],
    };
    const sorted = <T extends { name?: string; schema?: string }>(items: readonly T[]): T[] =>
      [...items].sort((a, b) => `${a.schema}.${a.name}`.localeCompare(`${b.schema}.${b.name}`));
    const sortedTable = (table: TableModel): TableModel => ({
      ...table,
      uniques: sorted(table.uniques),
      checks: sorted(table.checks),
      exclusions: sorted(table.exclusions),
      indices: sorted(table.indices),
    });
    await database.migrate(
      ...[parent, child].map((table) => ({ kind: 'createTable' as const, table })),
      ...views.map((view) => ({ kind: 'createView' as const, view })),
      ...wanted.sequences.map((sequence) => ({ kind: 'createSequence' as const, sequence })),
    );
    const actual = await database.schema();
    const own = (tables: readonly TableModel[]) =>
      sorted(tables.filter(({ name }) => !/^(Col|Cop)/.test(name))).map(sortedTable);
    const printed = await database.canonical(wanted);
    expect(own(printed.tables)).toEqual(own(actual.tables));
    expect(sorted(printed.views)).toEqual(sorted(actual.views));
    expect(sorted(printed.sequences)).toEqual(sorted(actual.sequences));
    const named = sorted(actual.enums.filter(({ name }) => name === 'mood'));
    expect(sorted(printed.enums)).toEqual(named);

    // What a revision would hold is the printed text; made from it, nothing differs from the entities either.
    await database.migrate(
      ...[...views].reverse().map((view) => ({ kind: 'dropView' as const, view, was: view })),
      { kind: 'dropTable', table: child },
      { kind: 'dropTable', table: parent },
      ...[parent, child].map(({ name }) => ({
        kind: 'createTable' as const,
        table: printed.tables.find((table) => table.name === name)!,
      })),
      ...printed.views.map((view) => ({ kind: 'createView' as const, view })),
    );
    const rebuilt = await database.schema();
    const printedAgain = await database.canonical(wanted);
    expect(own(printedAgain.tables)).toEqual(own(rebuilt.tables));
    expect(sorted(printedAgain.views)).toEqual(sorted(rebuilt.views));
  });
});
