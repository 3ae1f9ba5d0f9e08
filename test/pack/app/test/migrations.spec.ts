import 'reflect-metadata';
import { Controller, Inject, Injectable, Module, type DynamicModule } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import {
  ConfigureMigrations,
  getMigrationServiceToken,
  InjectMigrationService,
  type MigrateConfig,
  type MigrateConfigurer,
  MigrateError,
  MigrateModule,
  MigrationService,
  provideConfigureHook,
} from 'nestjs-migrate';
import { createTestDatabase, type TestDatabase } from 'nestjs-migrate/testing';
import { DataSource } from 'typeorm';
import { User } from '../src/user.entity.js';

@Injectable()
class Settings {
  readonly lockTimeout = 1234;
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

/** Found by its decorator, and injected with what its parameter types say. */
@Injectable()
@ConfigureMigrations()
class Timeouts implements MigrateConfigurer {
  readonly seen: string[] = [];

  constructor(private readonly settings: Settings) {}

  configure(config: MigrateConfig): void {
    config.lockTimeout = this.settings.lockTimeout;
    this.seen.push(config.command);
  }
}

/** Knows the migrations by class, by decorator and by token, and imports no module for that. */
@Controller()
class Operator {
  constructor(
    readonly byClass: MigrationService,
    @InjectMigrationService('default') readonly byName: MigrationService,
    @Inject(getMigrationServiceToken('default')) readonly byToken: MigrationService,
  ) {}
}

@Module({ controllers: [Operator] })
class FeatureModule {}

const once = MigrateModule.forRoot();

@Module({ imports: [once] })
class ImportsItToo {}

const ways: [string, () => DynamicModule[]][] = [
  ['forRoot', () => [MigrateModule.forRoot()]],
  [
    'forRootAsync',
    () => [
      MigrateModule.forRootAsync({
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: ({ lockTimeout }: Settings) => ({ lockTimeout }),
      }),
    ],
  ],
  ['forRoot imported twice', () => [once, { module: ImportsItToo }]],
  ['forRoot called twice', () => [MigrateModule.forRoot(), MigrateModule.forRoot()]],
];

describe.each(ways)('an application with %s', (_way, migrateModules) => {
  let database: TestDatabase;
  let application: TestingModule;

  beforeAll(async () => {
    database = await createTestDatabase({ dataSource: { type: 'better-sqlite3', database: 'unused' } });
    application = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ ...database.options, autoLoadEntities: true }),
        TypeOrmModule.forFeature([User]),
        ...migrateModules(),
        SettingsModule,
        FeatureModule,
      ],
      providers: [Timeouts, provideConfigureHook((config) => void (config.runnerTimeout = 4321))],
    }).compile();
    await application.init();
  });

  afterAll(async () => {
    await application.close();
    await database.drop();
  });

  it('injects the migration service by class, by name and by token', () => {
    const { byClass, byName, byToken } = application.get(Operator, { strict: false });
    for (const service of [byClass, byName, byToken]) expect(service).toBeInstanceOf(MigrationService);
    expect(byName).toBe(byToken);
    expect(application.get(MigrationService, { strict: false })).toBeInstanceOf(MigrationService);
  });

  it('starts on a test database that is at head, without having run a revision', async () => {
    const migrations = application.get(MigrationService, { strict: false });
    expect(await migrations.status()).toMatchObject([{ dataSource: 'default', pending: [], upToDate: true }]);
    expect(await migrations.check()).toEqual([]);
    await application.get<DataSource>(getDataSourceToken()).getRepository(User).insert({ name: 'Ada' });
  });

  it('runs revisions, asking its hooks', async () => {
    const migrations = application.get(MigrationService, { strict: false });
    const [down] = await migrations.downgrade('base');
    expect(down?.steps).toHaveLength(2);
    const [up] = await migrations.upgrade();
    expect(up?.steps).toHaveLength(2);
    expect(application.get(Timeouts).seen).toEqual(expect.arrayContaining(['status', 'downgrade', 'upgrade']));
  });

  it('throws errors of one class', async () => {
    const error: unknown = await application
      .get(MigrationService, { strict: false })
      .upgrade('nowhere')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MigrateError);
    expect(error).toMatchObject({ code: 'REVISION_NOT_FOUND' });
  });
});
