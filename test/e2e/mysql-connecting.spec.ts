import { Test } from '@nestjs/testing';
import { DataSource, type DataSourceOptions, EntitySchema } from 'typeorm';
import { MigrateModule, MigrationService } from '../../src/index.js';
import { temporaryDirectory } from '../support/application.js';
import { mayCreateMysqlUsers } from '../support/databases.js';
import { MysqlDatabase } from '../support/mysql-database.js';

const book = new EntitySchema({ name: 'book', columns: { id: { type: 'int', primary: true } } });

(mayCreateMysqlUsers ? describe : describe.skip)('A MySQL that cannot be used', () => {
  let database: MysqlDatabase;
  let repository: ReturnType<typeof temporaryDirectory>;
  const user = 'nestjs_migrate_poor';

  beforeAll(async () => {
    database = await MysqlDatabase.create();
    await database.run(`DROP USER IF EXISTS '${user}'@'%'`, `CREATE USER '${user}'@'%' IDENTIFIED BY 'poor'`);
  });
  beforeEach(() => void (repository = temporaryDirectory()));
  afterEach(() => repository.remove());
  afterAll(async () => {
    await database.run(`DROP USER '${user}'@'%'`);
    await database.drop();
  });

  /** The message and the hint of an upgrade that must fail. */
  async function failure(options: object): Promise<string> {
    const dataSource = new DataSource({ type: 'mysql', entities: [book], ...options } as DataSourceOptions);
    const module = await Test.createTestingModule({
      imports: [MigrateModule.forRoot({ directory: repository.directory, dataSources: [{ dataSource }] })],
    }).compile();
    const migrations = module.get(MigrationService);
    await migrations.init();
    try {
      await migrations.upgrade();
      throw new Error('The upgrade was expected to fail.');
    } catch (error) {
      const { message, hint } = error as { message: string; hint?: string };
      return `${message}\n${hint ?? ''}`;
    } finally {
      await migrations.close();
      await module.close();
    }
  }

  const at = (changes: Partial<Record<'username' | 'password' | 'port' | 'pathname' | 'hostname', string>>) => ({
    url: Object.assign(new URL(database.url), changes).href,
  });
  const poor = { username: user, password: 'poor' };

  it.each([
    ['the password is wrong', () => at({ password: 'x' }), /Access denied for user.*\n.*user and password/],
    ['no server is there', () => at({ port: '1' }), /ECONNREFUSED.*\nIs it running.*--wait/],
    ['the host is unknown', () => at({ hostname: 'nohost.invalid' }), /ENOTFOUND|EAI_AGAIN/],
    ['the database does not exist', () => at({ pathname: '/nodb' }), /Unknown database 'nodb'\nCreate the database/],
    ['the user may not use it', () => at(poor), /Access denied.*to database.*\n.*may not use this database.*GRANT/],
    ['the URL has no database', () => at({ pathname: '/' }), /`database` is missing.*\n[^]*path of the `url`/],
    ['the URL is undefined', () => ({ url: undefined }), /`database` is missing.*\n.*`url` is undefined/],
    [
      'the database is undefined',
      () => ({ host: '127.0.0.1', database: undefined }),
      /`database` is undefined.*\n.*`database` is undefined/,
    ],
  ])('is refused with the reason where %s', async (_, options, message) => {
    expect(await failure(options())).toMatch(message);
  });

  it('names the privilege that the user lacks', async () => {
    const { pathname } = new URL(database.url);
    await database.run(`GRANT SELECT ON \`${pathname.slice(1)}\`.* TO '${user}'@'%'`);
    expect(await failure(at(poor))).toMatch(/CREATE command denied.*\n.*must be allowed to create, read and write/);
  });
});
