import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

/** A small application that prints the variables it sees when its root module is loaded. */
function application(workspace: CliWorkspace, name: string, files: Readonly<Record<string, string>>): string {
  const root = join(workspace.root, name);
  const all = {
    'package.json': `{ "name": "${name}" }`,
    'src/app.module.ts': `
      import { Module } from '@nestjs/common';
      import { TypeOrmModule } from '@nestjs/typeorm';
      import { MigrateModule } from 'nestjs-migrate';
      console.log('sees', process.env.SHOP_DB, process.env.SHOP_MODE, process.env.SHOP_URL);
      @Module({
        imports: [
          TypeOrmModule.forRoot({ type: 'better-sqlite3', database: process.env.SHOP_DB ?? ':memory:' }),
          MigrateModule.forRoot(),
        ],
      })
      export class AppModule {}`,
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

const starts = `
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
throw new Error('main.ts must never run');
void NestFactory.create(AppModule);`;

/** What the application saw: SHOP_DB, SHOP_MODE and SHOP_URL. */
async function seen(root: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<string> {
  const run = await nestCmd(root, [...args, '--list'], env);
  if (run.code !== 0) throw new Error(run.stderr);
  return /^sees (.*)$/m.exec(run.stderr)?.[1] ?? `nothing: ${run.stderr}`;
}

describe('Environment files of an application that nest-cmd loads', () => {
  let workspace: CliWorkspace;

  beforeAll(() => {
    workspace = new CliWorkspace();
  });

  afterAll(() => workspace.remove());

  it.each([
    ['imports dotenv/config', `import 'dotenv/config';`],
    ['calls dotenv.config', `import * as dotenv from 'dotenv';\ndotenv.config({ path: join(__dirname, '../.env') });`],
    ['calls process.loadEnvFile', `process.loadEnvFile('.env');`],
    ['imports a file that does', `import './env';`],
  ])('are loaded where the main file %s, and never over what is set', async (what, head) => {
    const app = application(workspace, what.replaceAll(/\W/g, '-'), {
      'src/main.ts': `${head}\n${starts}`,
      'src/env.ts': `import { config } from 'dotenv';\nconfig();`,
      '.env': 'SHOP_DB=first.sqlite # the file\nexport SHOP_MODE="two words"\n',
    });
    expect(await seen(app)).toBe('first.sqlite two words undefined');
    expect(await seen(app, [], { SHOP_DB: 'set.sqlite', SHOP_MODE: '' })).toBe('set.sqlite  undefined');
    rmSync(join(app, '.env'));
    expect(await seen(app)).toBe('undefined undefined undefined');
  });

  it('are loaded where the start script does', async () => {
    const app = application(workspace, 'script', {
      'package.json': '{ "scripts": { "start": "nest start --env-file .env.dev" } }',
      '.env.dev': 'SHOP_DB=dev.sqlite',
    });
    expect(await seen(app)).toBe('dev.sqlite undefined undefined');
  });

  it('are left alone where the application does not load them', async () => {
    const app = application(workspace, 'without', { 'src/main.ts': starts, '.env': 'SHOP_DB=first.sqlite' });
    expect(await seen(app)).toBe('undefined undefined undefined');
  });

  it('may refer to other variables where the application uses dotenv-expand', async () => {
    const env = 'SHOP_MODE=dev\nSHOP_DB=${SHOP_MODE}.sqlite\nSHOP_URL=http://${HOST_NAME:-localhost}/\\$1';
    const head = `import { config } from 'dotenv';\nimport { expand } from 'dotenv-expand';\n`;
    const app = application(workspace, 'expand', {
      'src/main.ts': `${head}expand(config());\n${starts}`,
      '.env': env,
    });
    expect(await seen(app)).toBe('dev.sqlite dev http://localhost/$1');
    const plain = application(workspace, 'no-expand', {
      'src/main.ts': `import 'dotenv/config';${starts}`,
      '.env': env,
    });
    expect(await seen(plain)).toContain('${SHOP_MODE}.sqlite');
  });

  it('are those of the application in a monorepo: in the root, or else in its own folder', async () => {
    const module = readFileSync(join(application(workspace, 'spare', {}), 'src/app.module.ts'), 'utf8');
    const project = (name: string) => ({ root: `apps/${name}`, sourceRoot: `apps/${name}/src`, entryFile: 'main' });
    const app = application(workspace, 'mono', {
      'nest-cli.json': JSON.stringify({ monorepo: true, projects: { shop: project('shop'), mail: project('mail') } }),
      'apps/shop/src/app.module.ts': module,
      'apps/shop/src/main.ts': `import 'dotenv/config';${starts}`,
      'apps/shop/.env': 'SHOP_DB=own.sqlite',
      'apps/mail/src/app.module.ts': module,
      'apps/mail/src/main.ts': `process.loadEnvFile('apps/mail/.env.mail');${starts}`,
      'apps/mail/.env.mail': 'SHOP_DB=mail.sqlite',
    });
    expect(await seen(app, ['--project', 'shop'])).toBe('own.sqlite undefined undefined');
    expect(await seen(app, ['--project', 'mail'])).toBe('mail.sqlite undefined undefined');
    writeFileSync(join(app, '.env'), 'SHOP_DB=root.sqlite');
    expect(await seen(app, ['--project', 'shop'])).toBe('root.sqlite undefined undefined');
  });

  it('are those that Nx reads when it serves the project, its own before those of the workspace', async () => {
    const module = readFileSync(join(application(workspace, 'spare-nx', {}), 'src/app.module.ts'), 'utf8');
    const app = application(workspace, 'nx', {
      'nx.json': '{}',
      'apps/shop/project.json': JSON.stringify({
        projectType: 'application',
        targets: { serve: { defaultConfiguration: 'development' } },
      }),
      'apps/shop/src/app.module.ts': module,
      'apps/shop/src/main.ts': starts,
      'apps/shop/.env': 'SHOP_DB=own.sqlite\nSHOP_MODE=plain\nSHOP_URL=http://${SHOP_HOST}/',
      'apps/shop/.env.development': 'SHOP_MODE=development',
      '.env': 'SHOP_DB=root.sqlite\nSHOP_HOST=shared',
    });
    rmSync(join(app, 'src'), { recursive: true });
    const own = 'own.sqlite development';
    expect(await seen(app)).toMatch(own);
    expect(await seen(join(app, 'apps/shop'))).toMatch(own);
    expect(await seen(app, ['--app', 'apps/shop/src/app.module.ts'])).toMatch(own);
    writeFileSync(join(app, 'apps/shop/.env.local'), 'SHOP_DB=local.sqlite');
    expect(await seen(app)).toMatch('local.sqlite development');
    expect(await seen(app, [], { SHOP_DB: 'set.sqlite' })).toMatch('set.sqlite development');
    expect(await seen(app, [], { NX_LOAD_DOT_ENV_FILES: 'false' })).toBe('undefined undefined undefined');
    expect(await seen(app, [], { NODE_ENV: 'production' })).toBe('undefined undefined undefined');
  });

  it('that nobody can read off the source are asked for', async () => {
    const app = application(workspace, 'computed', {
      'src/main.ts': `import { config } from 'dotenv';\nimport { fileFor } from './files';\nconfig({ path: fileFor(1) });${starts}`,
    });
    const { code, stderr } = await nestCmd(app, ['--list']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/WARN .*src\/main\.ts:3 .*--env-file/);
  });

  describe('that --env-file names', () => {
    let app: string;

    beforeAll(() => {
      app = application(workspace, 'named', {
        'src/main.ts': `import 'dotenv/config';${starts}`,
        '.env': 'SHOP_DB=env.sqlite\nSHOP_URL=env',
        'a.env': 'SHOP_DB=a.sqlite\nSHOP_MODE=a',
        'b.env': 'SHOP_MODE=b',
        'src/other.module.ts': `console.log('the other module');export * from './app.module';`,
        'c.env': 'NEST_APP=src/other.module.ts#AppModule\nNEST_DB_DIRECTORY=elsewhere',
      });
    });

    it('come before those that the application loads; the last one decides, and what is set stays', async () => {
      expect(await seen(app, ['--env-file', 'a.env', '--env-file=b.env'])).toBe('a.sqlite b env');
      expect(await seen(app, ['--env-file', 'a.env'], { SHOP_MODE: 'set' })).toBe('a.sqlite set env');
    });

    it('are taken behind the command, and from NEST_ENV_FILE and NEST_DB_ENV_FILE', async () => {
      const behind = await nestCmd(app, ['db', 'current', '--env-file', 'a.env']);
      expect(behind.stderr).toContain('sees a.sqlite a env');
      expect(await seen(app, [], { NEST_ENV_FILE: 'a.env b.env' })).toBe('a.sqlite b env');
      expect(await seen(app, [], { NEST_ENV_FILE: 'a.env', NEST_DB_ENV_FILE: 'b.env' })).toBe('env.sqlite b env');
      expect(await seen(app, ['--env-file', 'a.env'], { NEST_ENV_FILE: 'b.env' })).toBe('a.sqlite a env');
    });

    it('may name the application and give options of commands', async () => {
      const { code, stderr } = await nestCmd(app, ['db', 'heads', '--env-file', 'c.env']);
      expect(code).toBe(1);
      expect(stderr).toContain('the other module');
      expect(stderr).toContain('elsewhere');
    });

    it.each([
      ['is missing', 'nowhere.env', /--env-file nowhere\.env: there is no file .*named\/nowhere\.env/],
      ['is a folder', 'src', /--env-file src: .*named\/src is a folder/],
    ])('and %s is wrong usage', async (_what, file, message) => {
      const fromVariable = await nestCmd(app, ['db', 'current'], { NEST_ENV_FILE: file });
      expect(fromVariable).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
      expect(fromVariable.stderr).not.toMatch(/^ +at /m);
      const typed = await nestCmd(app, ['db', 'current', '--env-file', file]);
      expect(typed.code).not.toBe(0);
      expect(typed.stderr).toContain(file);
    });

    it("are set for the application's own commands", async () => {
      const shop = workspace.add('commonjs', 'with commands');
      const command = join(shop, 'src/commands/greet.command.ts');
      const before = readFileSync(command, 'utf8');
      writeFileSync(command, before.replace('greeting(name)', "greeting(name), process.env['SHOP_MODE']"));
      writeFileSync(join(shop, 'my.env'), 'SHOP_MODE=polite\nREDIS_PORT=none');
      await nestCmd(shop, ['db', 'init']);
      await nestCmd(shop, ['db', 'migrate', '-m', 'first']);
      await nestCmd(shop, ['db', 'upgrade']);
      const { code, stdout } = await nestCmd(shop, ['--env-file', 'my.env', 'greet', 'Bob']);
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/Hello Bob.* polite/) });
    });
  });
});
