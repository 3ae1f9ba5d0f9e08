import { MainFile } from './main-file.js';

const read = (text: string) => new MainFile(text).bootCall;

describe('MainFile', () => {
  it.each([
    ['a named import', `import { AppModule } from './a'; NestFactory.create(AppModule)`, './a', 'AppModule'],
    ['an alias', `import { Root as R } from "./r"; NestFactory.createMicroservice<X>(R, {})`, './r', 'Root'],
    ['a default import', `import App, { b } from './app'; NestFactory.create(App)`, './app', 'default'],
    [
      'a default import after others',
      `import {a} from 'a'\nimport App from './app'\nNestFactory.create(App)`,
      './app',
      'default',
    ],
    [
      'a type import before',
      `import type { A } from './t'; import { B } from './b'; NestFactory.create(B)`,
      './b',
      'B',
    ],
    ['an import with a type in it', `import { type T, A } from './a'; NestFactory.create(A)`, './a', 'A'],
    ['import = require', `import app = require('./app'); NestFactory.create(app.AppModule)`, './app', 'AppModule'],
    ['what tsc makes of it', `const m_1 = require("./m"); core_1.NestFactory.create(m_1.M)`, './m', 'M'],
    [
      'what tsc makes of a default',
      `const m_1 = __importDefault(require("./m")); c.NestFactory.create(m_1.default)`,
      './m',
      'default',
    ],
    [
      'what tsc makes with tslib',
      `const m_1 = tslib_1.__importStar(require("./m")); c.NestFactory.create(m_1.M)`,
      './m',
      'M',
    ],
    ['what swc makes of it', `const _m = require("./m"); _core.NestFactory.create(_m.M)`, './m', 'M'],
    [
      'what swc makes of a default',
      `const _m = /*#__PURE__*/ _interop_require_default(require("./m")); _core.NestFactory.create(_m.default)`,
      './m',
      'default',
    ],
    [
      'what esbuild makes of it',
      `var import_m = require("./m"); await import_core.NestFactory.create(import_m.M)`,
      './m',
      'M',
    ],
    ['a destructured require', `const { M } = require('./m'); NestFactory.create(M)`, './m', 'M'],
    ['a require that is renamed', `const { M: Root } = require('./m'); NestFactory.create(Root)`, './m', 'M'],
    ['a member of a require', `const M = require('./m').M; NestFactory.create(M)`, './m', 'M'],
    ['a commander application', `import { Cli } from './cli'; CommandFactory.run(Cli)`, './cli', 'Cli'],
    ['a call over several lines', `import { A } from './a';\nNestFactory\n  .create(\n    A,\n  )`, './a', 'A'],
    [
      'type arguments with calls in them',
      `import { A } from './a'; NestFactory.create<Of<(x: number) => Map<A, B>>>(A)`,
      './a',
      'A',
    ],
    [
      'a cast',
      `import { A } from './a'; NestFactory.create(A as unknown as Type<unknown>, { cors: true })`,
      './a',
      'A',
    ],
    [
      'a namespace',
      `import * as app from './a'; import * as core from '@nestjs/core'; core.NestFactory.create(app.A)`,
      './a',
      'A',
    ],
    ['a namespace of a namespace import', `import app, * as all from './a'; NestFactory.create(all.A)`, './a', 'A'],
    [
      'a factory under another name',
      `import { NestFactory as Nest } from '@nestjs/core'; import { A } from './a'; Nest.create(A)`,
      './a',
      'A',
    ],
    [
      'a factory in a variable',
      `import { A } from './a'; const nest = NestFactory; const app = await nest.create(A)`,
      './a',
      'A',
    ],
    [
      'a factory of a namespace in a variable',
      `import { A } from './a'; const nest = core.NestFactory; nest.create(A)`,
      './a',
      'A',
    ],
    [
      'a method in a variable',
      `import { A } from './a'; const make = NestFactory.create.bind(NestFactory); make(A)`,
      './a',
      'A',
    ],
    ['a method by its name', `import { A } from './a'; NestFactory['create'](A)`, './a', 'A'],
    [
      'a destructured method',
      `import { A } from './a'; const { createMicroservice: start } = NestFactory; start(A)`,
      './a',
      'A',
    ],
    ['an awaited import', `const { A } = await import('./a'); await NestFactory.create(A)`, './a', 'A'],
    ['an awaited import in the call', `await NestFactory.create((await import('./a')).A)`, './a', 'A'],
    [
      'a module that is awaited as a whole',
      `const app = await import('./a'); await NestFactory.create(app.A)`,
      './a',
      'A',
    ],
    [
      'what tsc makes of an awaited import',
      `const { A } = await Promise.resolve().then(() => __importStar(require('./a'))); c.NestFactory.create(A)`,
      './a',
      'A',
    ],
    ['an import with then', `import('./a').then((m) => NestFactory.create(m.A))`, './a', 'A'],
    [
      'an import with then, destructured',
      `import('./a').then(async ({ A: Root }) => { await NestFactory.create(Root) })`,
      './a',
      'A',
    ],
    ['a variable', `import { A } from './a'; const root: Type<unknown> = A; NestFactory.create(root)`, './a', 'A'],
    [
      'a variable of a variable',
      `import { A } from './a'; const one = A\nconst two = one\nNestFactory.create(two)`,
      './a',
      'A',
    ],
    [
      'a parameter',
      `import { A } from './a'; async function start(port: number, root: Type) { await NestFactory.create(root) } start(3000, A)`,
      './a',
      'A',
    ],
    [
      'a parameter of an arrow function',
      `import { A } from './a'; const start = async (root: Type): Promise<void> => { await NestFactory.create(root) }; void start(A)`,
      './a',
      'A',
    ],
    [
      'a static method',
      `import { A } from './a'; class Server { static async run(): Promise<void> { await NestFactory.create(A) } } Server.run()`,
      './a',
      'A',
    ],
    ['optional chaining', `import { A } from './a'; NestFactory?.create(A)`, './a', 'A'],
    [
      'the application among other contexts',
      `import { S } from './s'; import { A } from './a'; NestFactory.createApplicationContext(S); NestFactory.create(A)`,
      './a',
      'A',
    ],
    [
      'a readable call behind one that is not',
      `import { A } from './a'; NestFactory.create(pick()); NestFactory.create(A)`,
      './a',
      'A',
    ],
  ])('understands %s', (_what, text, specifier, exportName) => {
    expect(read(text)?.passed).toEqual({ kind: 'import', specifier, exportName });
  });

  it.each([
    [
      'a dynamic module',
      `import { A } from './a'; NestFactory.create(A.forRoot())`,
      { member: 'forRoot', hasArguments: false },
    ],
    [
      'one with arguments',
      `import { A } from './a'; NestFactory.create(A.register({ a: [1, 2] }), {})`,
      { member: 'register', hasArguments: true },
    ],
    ['a function that makes it', `import { A } from './a'; NestFactory.create(await A())`, { hasArguments: false }],
  ])('knows %s', (_what, text, call) => {
    expect(read(text)?.passed).toEqual({ kind: 'import', specifier: './a', exportName: 'A', call });
  });

  it.each([
    ['a comment', `/* NestFactory.create(A) */ // NestFactory.create(A)\n`],
    ['a string', `const text = 'NestFactory.create(A)'; const url = "http://x//";`],
    ['a template', 'const text = `NestFactory.create(A) ${`NestFactory.create(A)`}`;'],
    ['a regular expression', String.raw`const r = /NestFactory.create\(A\)/g;`],
  ])('does not take %s for the call', (_what, before) => {
    const text = `import { A } from './a'; import { B } from './b'; ${before} NestFactory.create(B)`;
    expect(read(text)?.passed).toMatchObject({ specifier: './b', exportName: 'B' });
  });

  it.each([
    ['a condition', `import { A, B } from './a'; NestFactory.create(process.env.X ? A : B)`],
    ['an alternative', `import { A, B } from './a'; NestFactory.create(B ?? A)`],
    ['two assignments', `import { A, B } from './a'; let m = A; if (x) m = B; NestFactory.create(m)`],
    ['a module written in place', `import { A } from './a'; NestFactory.create({ module: A, imports: [] })`],
    ['a value of a map', `import { apps } from './a'; NestFactory.create(apps.main)`],
    ['a module chosen by name', `import * as apps from './a'; NestFactory.create(apps[process.env.APP])`],
  ])('does not guess at %s', (_what, text) => {
    expect(read(`\n\n${text}`)).toMatchObject({ line: 3, passed: undefined });
  });

  it('shows the call that it cannot read', () => {
    const text = `NestFactory.create<X>(\n  process.env.X ? A : B,\n  { cors: true },\n)`;
    expect(read(text)?.text).toBe('NestFactory.create<X>( process.env.X ? A : B)');
  });

  it('says that the module is in the same file', () => {
    const passed = { kind: 'class', name: 'AppModule' };
    expect(read('class AppModule {} NestFactory.create(AppModule)')?.passed).toEqual(passed);
    const compiled =
      'let AppModule = class AppModule {}; AppModule = __decorate([], AppModule); c.NestFactory.create(AppModule)';
    expect(read(compiled)?.passed).toEqual(passed);
  });

  it.each([
    [true, `class A {} NestFactory.create(A)`],
    [true, `class A {} async function bootstrap() { await NestFactory.create(A) } bootstrap()`],
    [
      true,
      `class A {} async function bootstrap() { await NestFactory.create(A) } void bootstrap().catch(console.error)`,
    ],
    [true, `class A {} (async () => { await NestFactory.create(A) })()`],
    [true, `class A {} const main = async () => NestFactory.create(A); main()`],
    [true, `class A {} async function a() { await NestFactory.create(A) } async function b() { await a() } b()`],
    [true, `class A {} async function work() { await NestFactory.create(A) } cluster(work)`],
    [true, `class S { static async run() { await NestFactory.create(A) } } S.run()`],
    [false, `class A {} export async function createApp() { return NestFactory.create(A) }`],
    [false, `class A {} export const createApp = async () => { return NestFactory.create(A) }`],
    [false, `class A {} async function a() { await NestFactory.create(A) } if (require.main === module) { a() }`],
    [false, `class A {} async function a() { await NestFactory.create(A) } if (require.main === module) void a();`],
    [false, `class A {} if (import.meta.url === pathToFileURL(process.argv[1]).href) { await NestFactory.create(A) }`],
  ])('knows whether loading the file starts the application: %j, %s', (runsOnLoad, text) => {
    expect(read(text)).toMatchObject({ runsOnLoad });
  });

  it('finds no call where there is none', () => {
    expect(
      read(`import { NestFactory } from '@nestjs/core'; NestFactory.useLogger(x); export class A {}`),
    ).toBeUndefined();
    expect(read('const broken = "')).toBeUndefined();
  });
});
