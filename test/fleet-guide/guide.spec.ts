import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { getMigrationServiceToken, MigrationFleet, MigrationService } from '../../src/index.js';
import { CliWorkspace, type CommandRun, nestCmd } from '../e2e/cli.workspace.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import type { AppModule } from './app.module.js';
import { RollOut } from './roll-out.js';
import { SignUp } from './sign-up.js';

const files = readdirSync(__dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));

const page = readFileSync(join(__dirname, '../../docs/guide/fleets.md'), 'utf8');
const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
const revision = blocks.find((code) => code.startsWith('export async function upgrade(')) ?? '';

describe('the guide to fleets', () => {
  it.each(files)('shows %s as it is tested here', (file) => {
    expect(blocks).toContain(`// ${file}\n${readFileSync(join(__dirname, file), 'utf8')}`);
  });
});

describe('the application of the guide', () => {
  const workspace = new CliWorkspace();
  const shop = join(workspace.root, 'shop');
  const [before, url] = [process.cwd(), process.env['DATABASE_URL']];
  let postgres: TestDatabase;
  let admin: DataSource;
  let app: TestingModule;

  const fleet = (...args: string[]): Promise<CommandRun> =>
    nestCmd(shop, ['db', 'fleet', ...args], { DATABASE_URL: postgres.url });

  beforeAll(async () => {
    postgres = await createPostgresDatabase();
    admin = await new DataSource(postgres.options).initialize();
    mkdirSync(join(shop, 'src'), { recursive: true });
    writeFileSync(join(shop, 'package.json'), '{ "name": "shop", "type": "module" }');
    const decorators = { experimentalDecorators: true, emitDecoratorMetadata: true };
    const compilerOptions = { module: 'nodenext', target: 'es2022', ...decorators };
    writeFileSync(join(shop, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
    for (const file of files) copyFileSync(join(__dirname, file), join(shop, 'src', file));
    // The application reads both when it is loaded.
    process.env['DATABASE_URL'] = postgres.url;
    process.chdir(shop);
    const { AppModule: Module } = jest.requireActual<{ AppModule: typeof AppModule }>('./app.module.js');
    app = await Test.createTestingModule({ imports: [Module], providers: [RollOut] }).compile();
    for (const [name, revId] of [
      ['shared', 's1'],
      ['default', 'a1'],
    ] as const) {
      const migrations = app.get<MigrationService>(getMigrationServiceToken(name));
      await migrations.init();
      await migrations.migrate({ message: 'tables', revId });
      await migrations.upgrade();
    }
  });

  afterAll(async () => {
    process.chdir(before);
    if (url === undefined) delete process.env['DATABASE_URL'];
    else process.env['DATABASE_URL'] = url;
    await app.close();
    await admin.destroy();
    await postgres.drop();
    workspace.remove();
  });

  it('makes tenants, which the command upgrades, says of whom it failed, and tries again', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    for (const id of ids) await app.get(SignUp).signUp(id);
    await app.get(SignUp).signUp('t00');
    expect(await app.get(MigrationFleet).status()).toMatchObject({ tenants: 12, upToDate: 12 });

    const migrations = app.get(MigrationService);
    await migrations.revision({ message: 'currency', revId: 'b2' });
    const [path = ''] = (await migrations.history()).map((one) => one.path);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/export async function upgrade\(.*?\{[^}]*\}/, () => revision),
    );
    await admin.query('ALTER TABLE tenant_t07.invoice ADD currency varchar');
    await admin.query(`INSERT INTO customer (id, schema) VALUES ('late', 'tenant_late')`);

    const failed = await fleet('upgrade', '--max-failures', '10%');
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/^Run \S+ to b2: 13 tenants in .*\n {2}11 done, 1 gone, 1 failed\n/);
    expect(failed.stdout).toMatch(/\n1 tenant failed in b2: t07\n {2}MIGRATION_FAILED: .*currency/);
    const [, runId = ''] = /fleet retry (\S+)`/.exec(failed.stderr) ?? [];
    await admin.query('ALTER TABLE tenant_t07.invoice DROP currency');
    expect(await fleet('retry', runId)).toMatchObject({ code: 0, stdout: expect.stringContaining('1 done') });
    expect(await fleet('status', '--tag', 'standard')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^13 tenants: 12 up to date, 1 gone\n/),
    });
  });

  it('rolls out from code', async () => {
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    expect(await app.get(RollOut).run()).toMatchObject({ tenants: 13, unchanged: 12, gone: 1, failed: [] });
  });
});
