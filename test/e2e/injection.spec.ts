import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Inject, Injectable, type INestApplication, Scope } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, type EntityManager, EntitySchema } from 'typeorm';
import {
  ConfigureMigrations,
  InjectMigrationService,
  type MigrateConfig,
  type MigrateConfigurer,
  MigrateModule,
  MigrationService,
  type MigrationStatus,
} from '../../src/index.js';
import { tableNames, temporaryDirectory } from '../support/application.js';
import { databases, type TestDatabase } from '../support/databases.js';
import { Gate } from '../support/gate.js';

const author = new EntitySchema<{ id: number; name: string }>({
  name: 'author',
  columns: { id: { type: 'integer', primary: true, generated: 'increment' }, name: { type: 'varchar', length: 40 } },
});

const createAuthor = `await op.createTable({
  name: 'author',
  columns: [
    { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
    { name: 'name', type: 'varchar', length: '40' },
  ],
});`;

/** What the application does with authors, in whatever transaction it is given. */
@Injectable()
class Authors {
  async welcome(manager: EntityManager, name: string): Promise<void> {
    await manager.getRepository(author).save({ name });
  }
}

/** The hook of the README. */
@Injectable()
@ConfigureMigrations()
class Timeouts implements MigrateConfigurer {
  readonly asked: string[] = [];

  constructor(private readonly settings: ConfigService) {}

  configure(config: MigrateConfig): void {
    this.asked.push(config.command);
    if (config.command === 'upgrade') config.xArgs = { tenant: this.settings.getOrThrow('TENANT') };
  }
}

@Injectable({ scope: Scope.REQUEST })
class Standing {
  constructor(
    private readonly all: MigrationService,
    @InjectMigrationService('default') private readonly one: MigrationService,
    @Inject(REQUEST) private readonly request: { url: string },
  ) {}

  async describe(): Promise<{ url: string; states: readonly MigrationStatus[] }> {
    return { url: this.request.url, states: [...(await this.all.status()), ...(await this.one.status())] };
  }
}

@Controller('standing')
class StandingController {
  constructor(private readonly standing: Standing) {}

  @Get()
  find(): ReturnType<Standing['describe']> {
    return this.standing.describe();
  }
}

describe.each(databases)('a running application on %s', (dialect, make) => {
  let database: TestDatabase;
  let repository: ReturnType<typeof temporaryDirectory>;
  let application: INestApplication;
  let migrations: MigrationService;
  let dataSource: DataSource;
  let gate: Gate;

  beforeEach(async () => {
    database = await make();
    repository = temporaryDirectory();
    gate = new Gate();
    const options = { ...database.options, entities: [author], retryAttempts: 0 } as TypeOrmModuleOptions;
    const module = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ TENANT: 'acme' })] }),
        TypeOrmModule.forRoot(options),
        MigrateModule.forRoot({ directory: repository.directory }),
      ],
      controllers: [StandingController],
      providers: [
        Standing,
        Authors,
        Timeouts,
        { provide: 'AUTHORS', useExisting: Authors },
        { provide: 'GATE', useValue: gate },
      ],
    }).compile();
    application = module.createNestApplication({ logger: false });
    await application.listen(0, '127.0.0.1');
    migrations = module.get(MigrationService);
    dataSource = module.get(DataSource);
    await migrations.init();
  });

  afterEach(async () => {
    await application.close();
    await database.drop();
    repository.remove();
  });

  function write(id: string, downRevision: string | null, upgrade: string): void {
    const lines = [
      `export const revision = '${id}';`,
      `export const downRevision = ${JSON.stringify(downRevision)};`,
      `export async function upgrade(op) { ${upgrade} }`,
      `export async function downgrade(op) {}`,
    ];
    writeFileSync(join(repository.directory, 'versions', `${id}.ts`), lines.join('\n'));
  }

  const namesOf = async (): Promise<string[]> =>
    (await dataSource.getRepository(author).find({ order: { id: 'ASC' } })).map(({ name }) => name);

  it('injects the service into providers of a request', async () => {
    write('a1', null, createAuthor);
    const response = await fetch(`${await application.getUrl()}/standing`);
    expect(await response.json()).toMatchObject({
      url: '/standing',
      states: [{ pending: ['a1'] }, { pending: ['a1'] }],
    });
  });

  it('lets a revision use a service of the application in its own transaction', async () => {
    write('a1', null, createAuthor);
    write('b2', 'a1', `await (await op.get('AUTHORS')).welcome(op.manager, 'Ada');`);
    await migrations.upgrade();
    expect(await namesOf()).toEqual(['Ada']);

    const failing = `await op.addColumn('author', { name: 'phone', type: 'varchar', isNullable: true });
      await (await op.get('AUTHORS')).welcome(op.manager, 'Grace');
      throw new Error('on second thoughts');`;
    write('c3', 'b2', failing);
    await expect(migrations.upgrade()).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(await namesOf()).toEqual(['Ada']);
    const columns = await dataSource.query('SELECT * FROM "author"');
    expect(Object.keys(columns[0])).toEqual(['id', 'name']);
  });

  it('may be asked for five upgrades at once, and for its status meanwhile', async () => {
    write('a1', null, `${createAuthor} await (await op.get('GATE')).pass();`);
    const running = Promise.all(Array.from({ length: 5 }, () => migrations.upgrade()));
    await gate.reached;
    expect(await migrations.status()).toMatchObject([{ current: [], pending: ['a1'], upToDate: false }]);
    expect(await migrations.heads()).toMatchObject([{ revision: 'a1' }]);
    gate.release();

    const results = (await running).flat();
    expect(results.map(({ current }) => current)).toEqual(Array.from({ length: 5 }, () => ['a1']));
    expect(results.flatMap(({ steps }) => steps)).toHaveLength(1);
    expect(await migrations.check()).toEqual([]);
  });

  it("leaves a transaction of the application's alone", async () => {
    write('a1', null, createAuthor);
    await migrations.upgrade();
    write('b2', 'a1', `await op.createTable({ name: 'book', columns: [{ name: 'title', type: 'text' }] });`);

    const mine = dataSource.createQueryRunner();
    await mine.startTransaction();
    await mine.query(`INSERT INTO "author" ("name") VALUES ('Ada')`);
    await migrations.status();
    const upgrade = migrations.upgrade();
    // SQLite has one writer at a time: there the run waits for its turn.
    if (dialect === 'postgres') await upgrade;
    else await migrations.history();
    expect([mine.isReleased, mine.isTransactionActive]).toEqual([false, true]);
    await mine.rollbackTransaction();
    await mine.release();

    expect((await upgrade)[0]?.current).toEqual(['b2']);
    expect(await namesOf()).toEqual([]);
    expect(await tableNames(dataSource)).toContain('book');
    await migrations.close();
    expect(dataSource.isInitialized).toBe(true);
  });

  it('asks its configure hook once for each command, with what ConfigService says', async () => {
    write(
      'a1',
      null,
      `await op.createTable({ name: op.context.xArgs.tenant, columns: [{ name: 'id', type: 'integer' }] });`,
    );
    const { asked } = application.get(Timeouts);
    asked.length = 0;
    await migrations.upgrade();
    expect(await tableNames(dataSource)).toContain('acme');
    await migrations.check();
    for (const ask of ['current', 'heads', 'branches', 'history', 'show', 'status', 'downgrade', 'stamp'] as const) {
      await migrations[ask]();
    }
    await migrations.revision({ message: 'by hand' });
    await migrations.ensureVersion();
    // These have nothing to do here, and ask all the same.
    await migrations.migrate().catch(() => undefined);
    await migrations.merge('heads').catch(() => undefined);
    await migrations.edit('nowhere').catch(() => undefined);
    expect(asked.join(' ')).toBe(
      'upgrade check current heads branches history show status downgrade stamp revision ensureVersion migrate merge edit',
    );
  });

  it('prints nothing, exits nothing, and leaves the process as it was', async () => {
    write('a1', null, createAuthor);
    const calls = [
      jest.spyOn(process, 'exit'),
      jest.spyOn(process, 'chdir'),
      jest.spyOn(process.stdout, 'write'),
      jest.spyOn(process.stderr, 'write'),
      jest.spyOn(console, 'log'),
    ].map((spy) => spy.mockImplementation());
    const events = (): string[] => process.eventNames().map(String);
    const state = (): unknown => [process.cwd(), process.exitCode, events(), { ...process.env }];
    const before = state();
    try {
      await migrations.upgrade();
      await migrations.downgrade();
      await migrations.upgrade('nowhere').catch(() => undefined);
      await Promise.all([migrations.check().catch(() => undefined), migrations.history(), migrations.current()]);
      for (const call of calls) expect(call).not.toHaveBeenCalled();
    } finally {
      for (const call of calls) call.mockRestore();
    }
    expect(state()).toEqual(before);
  });
});
