import { describeOnMysql, MysqlDatabase } from '../../../../test/support/mysql-database.js';
import { type ColumnModel, emptySchema, type SchemaModel, type TableModel } from '../../../schema/schema.model.js';
import { inRunWords } from './in-run-words.js';

const schemaOf = (...columns: ColumnModel[]): SchemaModel => ({
  ...emptySchema,
  tables: [{ name: 't', columns, uniques: [], checks: [], exclusions: [], foreignKeys: [], indices: [] } as TableModel],
});

describeOnMysql('the SQL of entities as the session of a run reads it', () => {
  let database: MysqlDatabase;
  beforeAll(async () => {
    database = await MysqlDatabase.create();
  });
  afterAll(() => database.drop());

  /** The columns as the session of a run reads them, for an application whose own sessions have and keep a setting. */
  const columnsWith = (setting: string, ...columns: ColumnModel[]): Promise<readonly ColumnModel[]> =>
    database.using(async (runner) => {
      const settings = (): Promise<unknown> => runner.query('SELECT @@sql_mode, @@time_zone');
      try {
        await runner.query(`SET SESSION ${setting}`);
        const given = await settings();
        const { tables } = await inRunWords(schemaOf(...columns), emptySchema, runner);
        expect(await settings()).toEqual(given);
        return tables[0]!.columns;
      } finally {
        await runner.query('SET SESSION sql_mode = DEFAULT, SESSION time_zone = DEFAULT');
      }
    });

  it('has names in backticks that were in double quotes', async () => {
    const column = { name: 'a', type: 'varchar', asExpression: `concat("first name", ' "x" ')` };
    expect(await columnsWith(`sql_mode = 'ANSI_QUOTES'`, column)).toEqual([
      { ...column, asExpression: 'concat(`first name`, \' "x" \')' },
    ]);
    expect(await columnsWith(`sql_mode = ''`, column)).toEqual([column]);
  });

  it('refuses || that joins texts there', async () => {
    const column = { name: 'a', type: 'varchar', asExpression: `b || 'x'` };
    await expect(columnsWith(`sql_mode = 'PIPES_AS_CONCAT'`, column)).rejects.toMatchObject({
      code: 'UNSUPPORTED_ENTITY',
      message: expect.stringContaining('PIPES_AS_CONCAT'),
    });
    expect(await columnsWith(`sql_mode = ''`, column)).toEqual([column]);
    const text = { name: 'a', type: 'varchar', default: `'a || b'` };
    expect(await columnsWith(`sql_mode = 'PIPES_AS_CONCAT'`, text)).toEqual([text]);
  });
});
