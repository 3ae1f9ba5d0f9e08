import { readRootModuleImport } from './main-file.js';

describe('readRootModuleImport', () => {
  it.each([
    [
      'a named import',
      `import { AppModule } from './app.module'; NestFactory.create(AppModule)`,
      './app.module',
      'AppModule',
    ],
    ['an alias', `import { Root as R } from "./r"; NestFactory.createMicroservice<X>(R, {})`, './r', 'Root'],
    ['a default import', `import App, { b } from './app'; NestFactory.create(App)`, './app', 'default'],
    [
      'a default import after others',
      `import {a} from 'a'\nimport App from './app'\nNestFactory.create(App)`,
      './app',
      'default',
    ],
    ['what tsc makes of it', `const m_1 = require("./m"); core_1.NestFactory.create(m_1.M)`, './m', 'M'],
    ['what swc makes of it', `const _m = require("./m"); _core.NestFactory.create(_m.M)`, './m', 'M'],
    ['a destructured require', `const { M } = require('./m'); NestFactory.create(M)`, './m', 'M'],
    ['a commander application', `import { Cli } from './cli'; CommandFactory.run(Cli)`, './cli', 'Cli'],
    ['a call over several lines', `import { A } from './a';\nNestFactory\n  .create(\n    A,\n  )`, './a', 'A'],
    ['a dynamic module', `import { A } from './a'; NestFactory.create(A.forRoot())`, './a', 'A'],
  ])('understands %s', (_what, text, specifier, exportName) => {
    expect(readRootModuleImport(text)).toEqual({ specifier, exportName });
  });

  it('does not take a comment for the call, nor a URL for a comment', () => {
    const text = `import { A } from './a'; import { B } from './b'; const url = 'http://x'; /* NestFactory.create(A) */ NestFactory.create(B)`;
    expect(readRootModuleImport(text)).toEqual({ specifier: './b', exportName: 'B' });
  });

  it('finds nothing where the module is made in the same file', () => {
    expect(readRootModuleImport('class AppModule {} NestFactory.create(AppModule)')).toBeUndefined();
  });
});
