import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

const imports = `
import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MigrateModule } from 'nestjs-migrate';
`;
const database = `{ type: 'better-sqlite3', database: ':memory:' }`;

const schema = `
import * as Joi from 'joi';
const validationSchema = Joi.object({ SHOP_HOST: Joi.string().required(), SHOP_PORT: Joi.number().required() });`;

const validators = `
import { plainToInstance } from 'class-transformer';
import { IsNumber, IsString, validateSync } from 'class-validator';
class Variables {
  @IsString() SHOP_HOST: string;
  @IsNumber() SHOP_PORT: number;
}
const check = (config: object) => validateSync(plainToInstance(Variables, config, { enableImplicitConversion: true }));`;

describe('Configuration of the application that is not valid', () => {
  let workspace: CliWorkspace;

  beforeAll(() => {
    workspace = new CliWorkspace();
  });

  afterAll(() => workspace.remove());

  /** Runs a command on an application with this code above its module, and these modules in it. */
  async function run(name: string, head: string, modules: string, type = 'commonjs'): Promise<string> {
    const root = join(workspace.root, name.replaceAll(/\W/g, '-'));
    mkdirSync(join(root, 'src'), { recursive: true });
    writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'shop', type }));
    writeFileSync(
      join(root, 'src/app.module.ts'),
      `${imports}${head}\n@Module({ imports: [${modules}, MigrateModule.forRoot()] })\nexport class AppModule {}\n`,
    );
    const { code, stdout, stderr } = await nestCmd(root, ['db', 'current'], { SHOP_PORT: 'none' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toContain('not expected');
    expect(stderr).not.toMatch(/^ +at /m);
    return stderr;
  }

  it.each(['commonjs', 'module'])('by a schema of Joi names each variable (%s)', async (type) => {
    const modules = `ConfigModule.forRoot({ validationSchema }), TypeOrmModule.forRoot(${database})`;
    const stderr = await run(
      `joi ${type}`,
      type === 'module' ? schema.replace('* as Joi', 'Joi') : schema,
      modules,
      type,
    );
    expect(stderr).toMatch(/^Error: .*Config validation error:$/m);
    expect(stderr).toMatch(/^ {2}SHOP_HOST: "SHOP_HOST" is required$/m);
    expect(stderr).toMatch(/^ {2}SHOP_PORT: .*must be a number$/m);
    expect(stderr).toContain('--env-file');
  });

  it.each([
    ['as text', `if (errors.length > 0) throw new Error(errors.toString());`],
    ['as they are', `if (errors.length > 0) throw errors;`],
  ])('by class-validator, whose errors are thrown %s, names each variable', async (what, check) => {
    const validate = `{ validate: (config) => { const errors = check(config); ${check} return config; } }`;
    const modules = `ConfigModule.forRoot(${validate}), TypeOrmModule.forRoot(${database})`;
    const stderr = await run(`validator ${what}`, validators, modules);
    expect(stderr).toMatch(/^ {2}.*SHOP_HOST.*(isString|must be a string)/m);
    expect(stderr).toMatch(/^ {2}.*SHOP_PORT.*(isNumber|must be a number)/m);
  });

  const helper = `
import { registerAs } from '@nestjs/config';
import { complain } from './utils/complain';
const settings = registerAs('settings', () => complain());
const later = registerAs('later', async () => { await null; return complain(); });`;

  it.each<[string, string, string]>([
    ['a text', 'of `load`', `ConfigModule.forRoot({ load: [settings] }), TypeOrmModule.forRoot(${database})`],
    ['a text', 'of `load`, later', `ConfigModule.forRoot({ load: [later] }), TypeOrmModule.forRoot(${database})`],
    [
      'a text',
      'that TypeOrmModule injects',
      `TypeOrmModule.forRootAsync({ ...settings.asProvider(), useFactory: () => (${database}) })`,
    ],
    [
      'a text',
      'of a feature',
      `ConfigModule.forRoot(), ConfigModule.forFeature(settings), TypeOrmModule.forRoot(${database})`,
    ],
    [
      'a text',
      'of `validate`',
      `ConfigModule.forRoot({ validate: () => complain() }), TypeOrmModule.forRoot(${database})`,
    ],
    ['class-validator', 'that is called at once', `TypeOrmModule.forRoot(settings() as never)`],
  ])('by a helper that throws %s in a factory %s says what to do', async (what, where, modules) => {
    const thrown =
      what === 'a text' ? `throw new Error('SHOP_HOST is not set');` : `throw new Error(check({}).toString());`;
    const name = `helper ${where}`;
    const folder = join(workspace.root, name.replaceAll(/\W/g, '-'), 'src/utils');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'complain.ts'), `${validators}\nexport function complain(): object {\n  ${thrown}\n}\n`);
    const stderr = await run(name, helper, modules);
    expect(stderr).toContain('SHOP_HOST');
    expect(stderr).toMatch(/\nSet these variables in the environment, or in a file that .*--env-file names\./);
  });

  it('by a schema that throws a list of issues, as zod does, names each variable', async () => {
    const issues = `[{ path: ['SHOP_HOST'], message: 'Required' }, { path: ['SHOP_PORT', 0], message: 'Not a number' }]`;
    const head = `class ZodError extends Error { issues = ${issues}; }`;
    const modules = `ConfigModule.forRoot({ validate: () => { throw new ZodError('[\\n {}\\n]'); } }), TypeOrmModule.forRoot(${database})`;
    const stderr = await run('zod', head, modules);
    expect(stderr).toMatch(/^ {2}SHOP_HOST: Required$/m);
    expect(stderr).toMatch(/^ {2}SHOP_PORT\.0: Not a number$/m);
  });

  it('by a factory of the application keeps the lines of its message', async () => {
    const message = `'Missing:\\n - SHOP_HOST\\n - SHOP_PORT'`;
    const modules = `TypeOrmModule.forRootAsync({ useFactory: () => { throw new Error(${message}); } })`;
    const stderr = await run('factory', '', modules);
    expect(stderr).toMatch(/Missing:\n +- SHOP_HOST\n +- SHOP_PORT\n/);
  });

  it('when a file is loaded keeps the lines, and names the file', async () => {
    const stderr = await run(
      'load',
      `throw new Error('Missing:\\n SHOP_HOST\\n SHOP_PORT');`,
      `TypeOrmModule.forRoot(${database})`,
    );
    expect(stderr).toMatch(/src\/app\.module\.ts:\d+: Missing:\n +SHOP_HOST\n +SHOP_PORT\n/);
  });

  it('is not said of a promise that nobody handles, which ends the command', async () => {
    const head = `void Promise.reject(new Error('nobody listens'));`;
    const root = join(workspace.root, 'unhandled');
    mkdirSync(join(root, 'src'), { recursive: true });
    writeFileSync(join(root, 'package.json'), '{}');
    writeFileSync(
      join(root, 'src/app.module.ts'),
      `${imports}${head}\n@Module({ imports: [TypeOrmModule.forRoot(${database}), MigrateModule.forRoot()] })\nexport class AppModule {}\n`,
    );
    const { code, stderr } = await nestCmd(root, ['db', 'current']);
    expect(code).toBe(1);
    expect(stderr).toContain('nobody listens');
  });
});
