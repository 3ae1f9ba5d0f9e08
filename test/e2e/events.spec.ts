import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable, type Provider } from '@nestjs/common';
import { context, type SpanStatus, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { DataSource } from 'typeorm';
import {
  ListenToMigrations,
  type MigrateModuleOptions,
  type MigrationListener,
  type MigrationService,
  type RevisionEndEvent,
  type RevisionEvent,
  type RunEndEvent,
  type RunEvent,
  type VersionApplied,
} from '../../src/index.js';
import { tableNames, temporaryDirectory, withApplication } from '../support/application.js';
import { createSqliteDatabase, databases, type TestDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

/** Writes down all that it is told. */
function recorder(told: [string, unknown][] = []): { listener: MigrationListener; told: [string, unknown][] } {
  const hook = (name: keyof MigrationListener) => async (event: unknown) => void told.push([name, event]);
  return {
    told,
    listener: {
      onRunStart: hook('onRunStart'),
      onRevisionStart: hook('onRevisionStart'),
      onVersionApply: hook('onVersionApply'),
      onRevisionEnd: hook('onRevisionEnd'),
      onRunEnd: hook('onRunEnd'),
    },
  };
}

describe.each(databases)('events on %s', (_, make) => {
  const scene = useScene(make);

  /** Runs `work` in an application with two revisions: `a1` makes a table, `b2` does what it is told to. */
  function inApplication<T>(
    work: (migrations: MigrationService, dataSource: DataSource) => Promise<T>,
    options: Partial<MigrateModuleOptions> = {},
    providers: Provider[] = [],
    second = `await op.execute('INSERT INTO shelf VALUES (1)'); await op.execute('INSERT INTO shelf VALUES (2)');`,
  ): Promise<T> {
    return scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        const write = (id: string, down: string | null, upgrade: string, downgrade: string): void => {
          const lines = [
            `import type { Operations } from 'nestjs-migrate';`,
            '/** about */',
            `export const revision = '${id}';`,
            `export const downRevision = ${down === null ? 'null' : `'${down}'`};`,
            'export const branchLabels = null;',
            'export const dependsOn = null;',
            `export async function upgrade(op: Operations): Promise<void> { ${upgrade} }`,
            `export async function downgrade(op: Operations): Promise<void> { ${downgrade} }`,
          ];
          writeFileSync(join(scene.directory, 'versions', `${id}.ts`), lines.join('\n'));
        };
        write('a1', null, `await op.execute('CREATE TABLE shelf (n integer)');`, `await op.dropTable('shelf');`);
        write('b2', 'a1', second, `await op.execute('DELETE FROM shelf');`);
        return work(migrations, dataSource);
      },
      { migrate: options, providers },
    );
  }

  it('come in order, with data source, command, revision, direction, statements and milliseconds', async () => {
    const { told, listener } = recorder();
    const results = await inApplication((migrations) => migrations.upgrade(), listener);
    expect(told.map(([hook]) => hook)).toEqual([
      'onRunStart',
      'onRevisionStart',
      'onVersionApply',
      'onRevisionEnd',
      'onRevisionStart',
      'onVersionApply',
      'onRevisionEnd',
      'onRunEnd',
    ]);
    const [start, , , , second, , secondEnd, end] = told.map(([, event]) => event);
    const { runId } = start as RunEvent;
    const run = { runId, command: 'upgrade', dataSource: 'default', targets: ['head'] };
    expect(start).toEqual(run);
    const step = { ...run, kind: 'upgrade', revision: 'b2', from: ['a1'], to: ['b2'], message: expect.any(String) };
    expect(second).toEqual(step);
    expect(secondEnd).toEqual({ ...step, ms: expect.any(Number), statements: 2 });
    expect(end).toEqual({ ...run, ms: expect.any(Number), result: results[0] });
  });

  it('come for several data sources: all starts before the first step, all ends after the last', async () => {
    const { told, listener } = recorder();
    const beside = await createSqliteDatabase();
    const second = new DataSource(beside.options);
    const dataSources = ['default', { name: 'second', dataSource: second }];
    await inApplication(
      async (migrations) => {
        await migrations.upgrade('a1');
        await migrations.close();
      },
      { ...listener, dataSources },
    );
    const heard = told.map(([hook, event]) => `${hook} ${(event as RunEvent).dataSource}`);
    expect([...heard.slice(0, 2), ...heard.slice(-2)]).toEqual([
      'onRunStart default',
      'onRunStart second',
      'onRunEnd default',
      'onRunEnd second',
    ]);
    expect(heard.filter((event) => event.startsWith('onRevisionEnd'))).toEqual([
      'onRevisionEnd default',
      'onRevisionEnd second',
    ]);
    await beside.drop();
  });

  it('come for stamps and downgrades, and for a run that finds nothing to do', async () => {
    const { told, listener } = recorder();
    await inApplication(async (migrations) => {
      await migrations.stamp('a1');
      await migrations.stamp('b2');
      await migrations.upgrade();
      await migrations.stamp('a1');
      await migrations.ensureVersion();
    }, listener);
    const steps = told.filter(([hook]) => hook === 'onRevisionEnd').map(([, event]) => event as RevisionEndEvent);
    expect(steps.map(({ kind, revision, to }) => [kind, revision, to])).toEqual([
      ['stamp', undefined, ['a1']],
      ['stamp', undefined, ['b2']],
      ['stamp', undefined, ['a1']],
    ]);
    const runs = told.filter(([hook]) => hook === 'onRunEnd').map(([, event]) => event as RunEndEvent);
    expect(runs.map(({ command, result }) => [command, result?.steps.length])).toEqual([
      ['stamp', 1],
      ['stamp', 1],
      ['upgrade', 0],
      ['stamp', 1],
      ['ensureVersion', 0],
    ]);
    expect(new Set(runs.map(({ runId }) => runId)).size).toBe(5);
  });

  it('carry the error of a failure, for the revision and for the run', async () => {
    const { told, listener } = recorder();
    const failing = `await op.execute('INSERT INTO shelf VALUES (1)'); throw new Error('out of shelves');`;
    const failure: unknown = await inApplication((migrations) => migrations.upgrade(), listener, [], failing).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'MIGRATION_FAILED' });
    const [[hook, revision], [lastHook, run]] = told.slice(-2) as [[string, RevisionEndEvent], [string, RunEndEvent]];
    expect([hook, lastHook]).toEqual(['onRevisionEnd', 'onRunEnd']);
    expect(revision).toMatchObject({ revision: 'b2', statements: 1, error: { code: 'MIGRATION_FAILED' } });
    expect(run.error).toBe(failure);
    expect(run.result).toBeUndefined();
  });

  it.each([
    ['onRunStart', 'stopped the upgrade of data source "default": not today'],
    ['onRevisionStart', 'stopped the upgrade of b2 of data source "default": not today'],
    ['onVersionApply', 'stopped the upgrade of b2 of data source "default": not today'],
  ] as const)('%s stops the run by throwing, and nothing stays', async (hook, message) => {
    const { told, listener } = recorder();
    const refuse = ({ revision = 'b2' }: Partial<RevisionEvent>) => {
      if (revision === 'b2') throw new Error('not today');
    };
    @Injectable()
    @ListenToMigrations()
    class Freeze {}
    Object.assign(Freeze.prototype, { [hook]: refuse });
    await inApplication(
      async (migrations, dataSource) => {
        const error = (await migrations.upgrade().catch((error: unknown) => error)) as Error & { code: string };
        expect(error.message).toContain(`The hook ${hook} of Freeze ${message}`);
        expect(error.code).toBe(hook === 'onVersionApply' ? 'MIGRATION_FAILED' : 'EVENT_HOOK');
        expect(await tableNames(dataSource)).not.toContain('shelf');
        expect(told.at(-1)).toEqual(['onRunEnd', expect.objectContaining({ error })]);
      },
      listener,
      [Freeze],
    );
  });

  it('onRevisionEnd and onRunEnd come too late to stop anything: what they throw is a notice', async () => {
    const { told, listener } = recorder();
    @Injectable()
    @ListenToMigrations({ order: -1 })
    class Broken implements MigrationListener {
      onRevisionEnd({ revision }: RevisionEndEvent): void {
        if (revision === 'b2') throw new Error('no metrics');
      }
      onRunEnd(): Promise<void> {
        return Promise.reject(new Error('no audit'));
      }
    }
    await inApplication(
      async (migrations) => {
        const [result] = await migrations.upgrade();
        expect(result).toMatchObject({ current: ['b2'] });
        expect(result?.notices).toEqual([
          'The hook onRevisionEnd of Broken failed, which changed nothing: no metrics',
          'The hook onRunEnd of Broken failed, which changed nothing: no audit',
        ]);
      },
      listener,
      [Broken],
    );
    expect(told.at(-1)?.[0]).toBe('onRunEnd');
  });

  it('reach listeners among the providers by their order, for their data source, and none offline', async () => {
    const heard: string[] = [];
    @Injectable()
    class Journal {
      note(what: string): void {
        heard.push(what);
      }
    }
    abstract class Heard implements MigrationListener {
      constructor(protected readonly journal: Journal) {}
      onVersionApply({ revision }: VersionApplied): void {
        this.journal.note(`${this.constructor.name} ${revision}`);
      }
    }
    @Injectable()
    @ListenToMigrations({ order: 2 })
    class Late extends Heard {}
    @Injectable()
    @ListenToMigrations({ order: 1 })
    class Early extends Heard {}
    @Injectable()
    @ListenToMigrations({ dataSource: 'analytics' })
    class Elsewhere extends Heard {}
    for (const type of [Late, Early, Elsewhere]) Reflect.defineMetadata('design:paramtypes', [Journal], type);
    await inApplication(
      async (migrations) => {
        await migrations.upgrade('head', { sql: true });
        expect(heard).toEqual([]);
        await migrations.upgrade('a1');
        expect(heard).toEqual(['options', 'Early a1', 'Late a1']);
      },
      { onVersionApply: () => void heard.push('options') },
      [Journal, Late, Early, Elsewhere],
    );
  });
});

describe.each(databases)('spans on %s', (dialect, make) => {
  const exporter = new InMemorySpanExporter();
  let database: TestDatabase;
  const repository = temporaryDirectory();

  beforeAll(async () => {
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    database = await make();
  });

  afterAll(async () => {
    trace.disable();
    context.disable();
    await database.drop();
    repository.remove();
  });

  it('are one for the run and one for each revision in it, with the error of what failed', async () => {
    let active: string | undefined;
    const onVersionApply = (): void => {
      active ??= trace.getActiveSpan()?.spanContext().spanId;
    };
    const migrate = { directory: repository.directory, onVersionApply };
    await withApplication({ database, migrate }, async ({ migrations }) => {
      await migrations.init();
      await migrations.revision({ revId: 'a1', message: 'one' });
      const [second] = await migrations.revision({ revId: 'b2', message: 'two' });
      const source = readFileSync(second!.path, 'utf8').replace(
        /(upgrade\(.*\{)/,
        `$1 await op.execute('SELECT broken');`,
      );
      writeFileSync(second!.path, source);
      const tracer = trace.getTracer('test');
      await tracer.startActiveSpan('deploy', async (deploy) => {
        await expect(migrations.upgrade()).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
        deploy.end();
      });
    });

    const [first, second, run, deploy] = exporter.getFinishedSpans();
    const common = {
      'db.system.name': dialect === 'postgres' ? 'postgresql' : 'sqlite',
      'db.namespace': dialect === 'postgres' ? new URL(database.url).pathname.slice(1) : database.url,
      'migration.command': 'upgrade',
      'migration.data_source': 'default',
    };
    expect(first).toMatchObject({
      name: 'migration upgrade revision',
      parentSpanContext: { spanId: run?.spanContext().spanId },
      status: { code: SpanStatusCode.UNSET } satisfies SpanStatus,
      attributes: {
        ...common,
        'migration.revision': 'a1',
        'migration.direction': 'upgrade',
        'migration.from': [],
        'migration.to': ['a1'],
        'migration.statements': 0,
      },
    });
    expect(active).toBe(first?.spanContext().spanId);
    expect(second).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: expect.stringContaining('broken') },
      attributes: { 'migration.revision': 'b2', 'error.type': 'MIGRATION_FAILED' },
      events: [{ name: 'exception' }],
    });
    expect(run).toMatchObject({
      name: 'migration upgrade',
      parentSpanContext: { spanId: deploy?.spanContext().spanId },
      status: { code: SpanStatusCode.ERROR },
      attributes: { ...common, 'migration.targets': ['head'], 'error.type': 'MIGRATION_FAILED' },
    });
  });
});

describe('without OpenTelemetry', () => {
  it('a run asks for it once and says nothing of it, and other commands do not ask', async () => {
    const workspace = new CliWorkspace();
    const app = workspace.add('commonjs');
    // As where the package is not installed: looking for it fails.
    const resolve = `export async function resolve(name, context, next) {
      if (name !== '@opentelemetry/api') return next(name, context);
      console.error('looked for OpenTelemetry');
      throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    }`;
    const asUrl = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;
    const hooks = `import { register } from 'node:module'; register(${JSON.stringify(asUrl(resolve))});`;
    const env = { NODE_OPTIONS: `--import ${asUrl(hooks)}` };
    mkdirSync(join(app, 'migrations/versions'), { recursive: true });
    const marks = ['downRevision', 'branchLabels', 'dependsOn'].map((mark) => `export const ${mark} = null;`);
    const functions = ['upgrade', 'downgrade'].map((direction) => `export async function ${direction}() {}`);
    const source = [`export const revision = 'a1';`, ...marks, ...functions].join('\n');
    writeFileSync(join(app, 'migrations/versions/a1.ts'), source);

    const heads = await nestCmd(app, ['db', 'heads'], env);
    expect(heads).toMatchObject({ code: 0, stdout: 'a1 (head)\n' });
    expect(heads.stderr).not.toContain('OpenTelemetry');
    const upgrade = await nestCmd(app, ['db', 'upgrade'], env);
    expect(upgrade.code).toBe(0);
    expect(upgrade.stderr.match(/OpenTelemetry|opentelemetry|warning/gi)).toEqual(['OpenTelemetry']);
    workspace.remove();
  });
});
