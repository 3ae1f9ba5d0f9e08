import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compile, entity, rootModule, tsconfig, write } from './cli.files.js';
import { freshFolders } from './cli.folders.js';
import { nestCmd } from './cli.workspace.js';

const mustNotRun = `console.log('THE APPLICATION STARTS'); process.exit(7);`;

describe('nest-cmd, given the file that starts the application', () => {
  const folder = freshFolders('app-');
  let root: string;

  beforeEach(() => {
    root = folder({
      'tsconfig.json': tsconfig(),
      'src/shop/shop.module.ts': rootModule('[User]', `import { User } from './user.entity';`, 'ShopModule'),
      'src/shop/user.entity.ts': entity('User', 'name'),
    });
  });

  const main = (text: string): string => `import { NestFactory } from '@nestjs/core'; ${text} ${mustNotRun}`;

  async function check(app: string | undefined, env: Record<string, string> = {}) {
    const run = await nestCmd(root, [...(app === undefined ? [] : ['--app', app]), 'db', 'check'], env);
    expect(run.stdout + run.stderr).not.toContain('THE APPLICATION STARTS');
    return run;
  }

  it.each([
    ['an import', `import { ShopModule } from './shop/shop.module'; void NestFactory.create(ShopModule);`],
    ['a namespace', `import * as shop from './shop/shop.module'; void NestFactory.create(shop.ShopModule);`],
    [
      'an import that is awaited',
      `async function bootstrap() { const { ShopModule } = await import('./shop/shop.module'); await NestFactory.create(ShopModule); } bootstrap();`,
    ],
    [
      'a variable',
      `import { ShopModule } from './shop/shop.module'; const root = ShopModule; const app = NestFactory.createMicroservice(root, {});`,
    ],
  ])('reads what it passes on: %s', async (_what, text) => {
    write(root, { 'src/main.ts': main(text) });
    expect(await check(undefined, { NEST_APP: 'src/main.ts' })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("added table 'user'"),
    });
  });

  it('reads the root module in the file that main.ts starts the application with', async () => {
    write(root, {
      'src/main.ts': `import { bootstrap } from './bootstrap'; import { ShopModule } from './shop'; void bootstrap(ShopModule, 3000); ${mustNotRun}`,
      'src/bootstrap.ts': `import { NestFactory } from '@nestjs/core';
        export async function bootstrap(root: unknown, port: number): Promise<void> { const app = await NestFactory.create(root); await app.listen(port); }`,
      'src/shop/index.ts': `export * from './shop.module';`,
    });
    for (const env of [{ NEST_APP: 'src/main.ts' }, {}] as Record<string, string>[]) {
      expect((await check(undefined, env)).stdout).toContain("added table 'user'");
    }
  });

  it('reads a file of the build, where there are no sources', async () => {
    write(root, {
      'src/main.ts': main(`import { ShopModule } from './shop/shop.module'; void NestFactory.create(ShopModule);`),
    });
    compile(join(root, 'src'), join(root, 'dist'));
    rmSync(join(root, 'src'), { recursive: true });
    expect((await check('dist/main.js')).stdout).toContain("added table 'user'");
    expect((await check('dist/main')).stdout).toContain("added table 'user'");
  });

  it('reads the file that package.json names', async () => {
    write(root, {
      'package.json': { name: 'app', 'nest-cmd': { app: 'src/server.ts' } },
      'src/server.ts': main(`import { ShopModule as Root } from './shop/shop.module'; NestFactory.create(Root);`),
    });
    expect((await check(undefined)).stdout).toContain("added table 'user'");
  });

  it('takes the module that is named of those that the file imports or passes on', async () => {
    write(root, {
      'src/main.ts': main(`
        import { Other } from './other'; import { ShopModule } from './shop/shop.module';
        export { ShopModule as Exported } from './shop/shop.module'; NestFactory.create(Other);`),
      'src/other.ts': `throw new Error('not this one'); export class Other {}`,
    });
    expect((await check('src/main.ts#ShopModule')).stdout).toContain("added table 'user'");
    expect((await check('src/main.ts#Exported')).stdout).toContain("added table 'user'");
  });

  it('takes the module that a call makes', async () => {
    write(root, {
      'src/main.ts': main(`import { Root } from './root'; NestFactory.create(Root.forRoot());`),
      'src/root.ts': `
        import { Module } from '@nestjs/common';
        import { ShopModule } from './shop/shop.module';
        @Module({}) export class Root { static forRoot() { return { module: Root, imports: [ShopModule] }; } }`,
    });
    expect((await check('src/main.ts')).stdout).toContain("added table 'user'");
    write(root, { 'src/main.ts': main(`import { Root } from './root'; NestFactory.create(Root.forRoot({ a: 1 }));`) });
    expect((await check('src/main.ts')).stderr).toContain('What Root.forRoot(…) is given is known only when it runs');
  });

  it('loads a module that is in a file which starts the application only when it is the main program', async () => {
    const module = rootModule(
      '[User]',
      `import { User } from './shop/user.entity'; import { NestFactory } from '@nestjs/core';`,
    );
    const start = `async function bootstrap() { await NestFactory.create(AppModule); ${mustNotRun} }`;
    write(root, { 'src/main.ts': `${module} ${start} if (require.main === module) void bootstrap();` });
    expect((await check('src/main.ts')).stdout).toContain("added table 'user'");
    write(root, { 'src/main.ts': `${module} export ${start}` });
    expect((await check('src/main.ts#AppModule')).stdout).toContain("added table 'user'");
  });

  it.each([
    [
      'a module that is in the same file',
      `@Module({}) export class AppModule {} async function bootstrap() {\n await NestFactory.create(AppModule); } void bootstrap();`,
      /src\/main\.ts:2: AppModule is in \S+src\/main\.ts itself, and loading the file would start it/,
    ],
    [
      'a module that depends on the environment',
      `import { A, B } from './modules';\nvoid NestFactory.create(process.env.ROLE === 'a' ? A : B);`,
      /src\/main\.ts:2: what NestFactory\.create\(process\.env\.ROLE === 'a' \? A : B\) starts is known only when it runs/,
    ],
    [
      'a module that is made in the call',
      `import { A } from './modules'; void NestFactory.create({ module: A, imports: [] });`,
      /src\/main\.ts:1: what NestFactory\.create\(\{ module: A, imports: \[\] \}\) starts is known only/,
    ],
    [
      'a module of a package',
      `import { A } from '@org/modules'; void NestFactory.create(A);`,
      /src\/main\.ts:1: NestFactory\.create\(A\) takes it from '@org\/modules', which is no file here/,
    ],
    [
      'no call at all',
      `import './shop/shop.module'; start();`,
      /src\/main\.ts: it exports no module, and neither it nor/,
    ],
  ])('says why it cannot read %s, and what to do', async (_what, text, message) => {
    write(root, { 'src/main.ts': main(text) });
    const { code, stderr } = await check('src/main.ts');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Error: --app names src\/main\.ts, which starts the application\. It is read, and never run, but/m,
    );
    expect(stderr).toMatch(message);
    expect(stderr).toContain('src/app.module.ts#AppModule');
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('says which line of main.ts it cannot read when nothing is named', async () => {
    write(root, { 'src/main.ts': main(`\nvoid NestFactory.create(pick());`) });
    const { code, stderr } = await check(undefined);
    expect(code).toBe(1);
    expect(stderr).toMatch(/src\/main\.ts:2: what NestFactory\.create\(pick\(\)\) starts is known only when it runs/);
  });

  it.each([
    [
      'a controller',
      `import { Controller } from '@nestjs/common'; @Controller() export class Users {}`,
      'Users, which is a controller',
    ],
    [
      'a provider',
      `import { Injectable } from '@nestjs/common'; @Injectable() export class Users {}`,
      'Users, which is a provider',
    ],
    ['no class', `export const users = 5;`, 'no class at all'],
  ])('refuses a file that has %s instead of a module', async (_what, text, kind) => {
    write(root, { 'src/shop/users.ts': text });
    const { code, stderr } = await check('src/shop/users.ts');
    expect(code).toBe(1);
    expect(stderr).toContain('Error: src/shop/users.ts exports no module.');
    expect(stderr).toContain(`It exports ${kind}`);
  });
});
