import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { ConfigureMigrations, type MigrateConfigurer, provideConfigureHook } from './configure.decorator.js';
import type { MigrateConfig, MigrateModuleOptions } from '../../service/options/options.js';
import { MigrateModule } from '../migrate.module.js';
import { MigrationService } from '../../service/migration.service.js';

const root = mkdtempSync(join(tmpdir(), 'configure-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const closed = (): DataSource => new DataSource({ type: 'better-sqlite3', database: ':memory:' });

/** The migration service of an application with these hooks in its root module, and others in a module that it imports. */
async function serviceWith(providers: Provider[], imported: Provider[] = [], options: MigrateModuleOptions = {}) {
  @Module({ providers: imported })
  class ImportedModule {}
  const dataSources = options.dataSources ?? [{ dataSource: closed() }];
  const module = await Test.createTestingModule({
    imports: [ImportedModule, MigrateModule.forRoot({ directory: root, ...options, dataSources })],
    providers,
  }).compile();
  return module.get(MigrationService);
}

@Injectable()
class Clock {
  readonly name = 'clocked';
}

describe('configure hooks', () => {
  it('choose the repository that a command works with, with what Nest injects into them', async () => {
    @Injectable()
    @ConfigureMigrations()
    class Chooser implements MigrateConfigurer {
      constructor(private readonly clock: Clock) {}
      configure(config: MigrateConfig): void {
        config.directory = join(root, this.clock.name);
      }
    }
    Reflect.defineMetadata('design:paramtypes', [Clock], Chooser);
    const migrations = await serviceWith([Clock, Chooser]);
    expect((await migrations.init()).directory).toBe(join(root, 'clocked'));
  });

  it('are called once for a command, with its name, its data source and its arguments', async () => {
    const asked: unknown[] = [];
    const watch = provideConfigureHook(
      ({ command, dataSource, xArgs }) => void asked.push([command, dataSource, xArgs]),
    );
    const migrations = await serviceWith([watch], [], { xArgs: { a: '1', b: '1' } });
    await migrations.with({ directory: join(root, 'chosen'), xArgs: { b: '2' } }).init();
    await migrations.with({ directory: join(root, 'chosen') }).heads();
    expect(asked).toEqual([
      ['init', 'default', { a: '1', b: '2' }],
      ['heads', 'default', { a: '1', b: '1' }],
    ]);
  });

  it('are asked by order, then from imported modules to the root module, and see what the others did', async () => {
    const asked: string[] = [];
    const hook = (name: string, order?: number): Provider =>
      provideConfigureHook(() => void asked.push(name), order === undefined ? {} : { order });
    const migrations = await serviceWith(
      [hook('root'), hook('root, first', -1), hook('root, last', 5)],
      [hook('imported'), hook('imported, last', 5)],
    );
    await migrations.with({ directory: join(root, 'order') }).init();
    expect(asked).toEqual(['root, first', 'imported', 'root', 'imported, last', 'root, last']);
  });

  it('may return another config, asynchronously and from a factory', async () => {
    const directory = join(root, 'returned');
    const hook = provideConfigureHook({
      inject: [Clock],
      useFactory: () => (config: MigrateConfig) => Promise.resolve({ ...config, directory }),
    });
    const migrations = await serviceWith([Clock, hook]);
    expect((await migrations.init()).directory).toBe(directory);
  });

  it('see what migrations.json says, and change it or the repository it is read from', async () => {
    const repository = (name: string, settings: object): string => {
      mkdirSync(join(root, name, 'versions'), { recursive: true });
      writeFileSync(join(root, name, 'migrations.json'), JSON.stringify(settings));
      return join(root, name);
    };
    const directory = repository('read', { fileTemplate: 'the_%(slug)s', truncateSlugLength: 6 });
    const elsewhere = repository('read elsewhere', { fileTemplate: 'other_%(slug)s' });
    const seen: unknown[] = [];
    const hook = provideConfigureHook((config) => {
      const { fileTemplate, truncateSlugLength = 0, timezone, versionLocations } = config;
      seen.push({ fileTemplate, truncateSlugLength, timezone, versionLocations });
      config.truncateSlugLength = truncateSlugLength * 2;
      if (config.xArgs['elsewhere']) config.directory = elsewhere;
    });
    const migrations = await serviceWith([hook], [], { timezone: 'Europe/Berlin' });
    const pathsOf = async (xArgs: Record<string, string>): Promise<string[]> =>
      (await migrations.with({ directory, xArgs }).revision({ message: 'twelve letters' })).map(({ path }) => path);
    expect(await pathsOf({})).toEqual([join(directory, 'versions/the_twelve_.ts')]);
    expect(await pathsOf({ elsewhere: 'yes' })).toEqual([join(elsewhere, 'versions/other_twelve_.ts')]);
    expect(seen[0]).toEqual({
      fileTemplate: 'the_%(slug)s',
      truncateSlugLength: 6,
      timezone: 'Europe/Berlin',
      versionLocations: ['versions'],
    });
  });

  it('may be classes, made with what they ask for', async () => {
    @Injectable()
    class Chooser implements MigrateConfigurer {
      constructor(private readonly clock: Clock) {}
      configure(config: MigrateConfig): void {
        config.directory = join(root, `class ${this.clock.name}`);
      }
    }
    Reflect.defineMetadata('design:paramtypes', [Clock], Chooser);
    const migrations = await serviceWith([Clock, provideConfigureHook(Chooser)]);
    expect((await migrations.init()).directory).toBe(join(root, 'class clocked'));
  });

  it('may be for one data source only', async () => {
    const asked: string[] = [];
    const hook = provideConfigureHook((config) => void asked.push(config.dataSource), { dataSource: 'analytics' });
    const dataSources = ['default', 'analytics'].map((name) => ({ name, dataSource: closed() }));
    const migrations = await serviceWith([hook], [], { dataSources });
    await migrations.with({ directory: join(root, 'one') }).init();
    expect(asked).toEqual(['analytics']);
  });

  it('are named when they throw, with the command they were asked for', async () => {
    const explode = provideConfigureHook(function vault() {
      throw new Error('sealed');
    });
    const migrations = await serviceWith([explode]);
    await expect(migrations.heads()).rejects.toMatchObject({
      code: 'CONFIGURE_HOOK',
      message: 'The configure hook vault failed for `heads` of data source "default": sealed',
    });
  });

  it('are named when they return something that is no config', async () => {
    const wrong = provideConfigureHook((() => 'config') as never);
    await expect((await serviceWith([wrong])).heads()).rejects.toMatchObject({ code: 'CONFIGURE_HOOK' });
  });
});
