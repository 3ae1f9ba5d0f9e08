import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import ts from 'typescript';
import { build, CliWorkspace, nestCmd, runNode } from './cli.workspace.js';

/** What never settles, and keeps nothing alive that Node would wait for. */
const never = 'await new Promise(() => undefined);';

const files: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "waiting" }',
  'src/main.ts': `
    import { NestFactory } from '@nestjs/core';
    import { AppModule } from './app.module';
    void NestFactory.create(AppModule);`,
  'src/cli.ts': `
    import { Module } from '@nestjs/common';
    import { CommandFactory } from 'nest-commander';
    import { MigrateCommandModule } from 'nestjs-migrate/commander';
    import { AppModule } from './app.module';
    @Module({ imports: [AppModule, MigrateCommandModule] })
    class CliModule {}
    void CommandFactory.run(CliModule);`,
  'src/app.module.ts': `
    import { Module } from '@nestjs/common';
    import { TypeOrmModule } from '@nestjs/typeorm';
    import { MigrateModule } from 'nestjs-migrate';
    const at = (place: string) => process.env.WAIT_AT === place;
    @Module({
      imports: [
        TypeOrmModule.forRoot({ type: 'better-sqlite3', database: 'app.sqlite' }),
        MigrateModule.forRootAsync({
          useFactory: async () => {
            if (at('factory')) ${never}
            if (at('exit')) process.exit(0);
            return { onRunStart: async () => { if (at('onRunStart')) ${never} } };
          },
        }),
      ],
    })
    export class AppModule {}`,
  'migrations/migrations.json': '{}',
  'migrations/versions/a1_waits.ts': `
    export const revision = 'a1';
    export const downRevision = null;
    export async function upgrade(op) {
      await op.execute('CREATE TABLE made (id integer)');
      if (process.env.WAIT_AT === 'revision') ${never}
      if (process.env.WAIT_AT === 'revision exits') process.exit(0);
      if (process.env.WAIT_AT === 'rejection') void Promise.reject(new Error('late'));
      if (process.env.WAIT_AT === 'timer') setTimeout(() => { throw new TypeError('late'); }, 10);
      if (process.env.WAIT_AT === 'text') void Promise.reject('late');
      if (['rejection', 'timer', 'text'].includes(process.env.WAIT_AT)) await new Promise((done) => setTimeout(done, 200));
    }
    export async function downgrade() {}`,
};

describe('a command whose process ends before it has answered', () => {
  const workspace = new CliWorkspace();
  let app: string;

  beforeAll(() => {
    app = join(workspace.root, 'waiting');
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(app, path, '..'), { recursive: true });
      writeFileSync(join(app, path), text);
    }
  });
  afterAll(() => workspace.remove());

  it.each([
    [
      'the factory of forRootAsync',
      'factory',
      /`npx nest-cmd db upgrade`, starting .* waits for something that never comes/,
    ],
    ['onRunStart', 'onRunStart', /`npx nest-cmd db upgrade` waits for something that never comes/],
    ['a revision', 'revision', /the upgrade of a1 waits for something that never comes/],
    ['a revision that calls process.exit(0)', 'revision exits', /the upgrade of a1 ended the process/],
    ['a factory that calls process.exit(0)', 'exit', /`npx nest-cmd db upgrade`, starting .* ended the process/],
  ])('is an error that names %s', async (_what, place, message) => {
    const { code, stderr } = await nestCmd(app, ['db', 'upgrade'], { WAIT_AT: place });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
    const made = existing(join(app, 'app.sqlite'));
    expect(made).not.toContain('made');
  });

  it.each([
    ['a promise that is not awaited', 'rejection', /a1_waits\.ts:8: late/],
    ['a timer', 'timer', /a1_waits\.ts:9: TypeError: late/],
    ['a text in a promise that is not awaited', 'text', /late/],
  ])('says what was thrown by %s, and nothing else', async (_what, place, message) => {
    const { code, stderr, stdout } = await nestCmd(app, ['db', 'upgrade', '--json'], { WAIT_AT: place });
    expect(code).toBe(1);
    expect(stderr.match(/Error:/g)?.length).toBe(place === 'timer' ? 2 : 1);
    expect(stderr).toMatch(/Error: The command did not finish: the upgrade of a1: /);
    expect(stderr).toMatch(message);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'UNHANDLED_FAILURE', message: expect.stringMatching(message) },
    });
    expect(existing(join(app, 'app.sqlite'))).not.toContain('made');
  });

  it('is a document with --json', async () => {
    const { code, stdout } = await nestCmd(app, ['db', 'check', '--json'], { WAIT_AT: 'factory' });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'COMMAND_UNFINISHED' } });
  });

  it('is an error in an own command line of nest-commander as well', async () => {
    build(app, ts.ModuleKind.CommonJS);
    const { code, stderr } = await runNode(app, [join(app, 'dist/cli.js'), 'db', 'upgrade'], { WAIT_AT: 'revision' });
    expect(stderr).toMatch(/the upgrade of a1 waits for something that never comes/);
    expect(code).toBe(1);
  });

  it('does its work where nothing waits', async () => {
    expect(await nestCmd(app, ['db', 'upgrade'])).toMatchObject({ code: 0 });
    expect(existing(join(app, 'app.sqlite'))).toContain('made');
  });
});

function existing(file: string): unknown[] {
  const database = new Database(file);
  try {
    return database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
  } finally {
    database.close();
  }
}
