import { isMinified, readBundledModule, withoutStart } from './bundle.js';

/** What webpack 5 writes for `nest build --webpack`, shortened. */
const webpack = (call: string, id = '2'): string => `/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ([
/* 1 */
/***/ ((module) => { module.exports = require("@nestjs/core"); }),
/* 2 */
/***/ ((__unused, exports, __webpack_require__) => {
const app_module_1 = __webpack_require__(9);
/***/ })
/******/ 	]);
/******/ 	function __webpack_require__(moduleId) { return loaded.push(moduleId), moduleId; }
/************************************************************************/
/******/ 	var __webpack_exports__ = {};
(() => {
const core_1 = __webpack_require__(1);
const app_module_1 = __webpack_require__(${id});
async function bootstrap() { const app = await ${call}; await app.listen(3000); }
started.push('main');
})();
/******/ })();`;

describe('the root module of a bundle', () => {
  it.each([
    ['core_1.NestFactory.create(app_module_1.AppModule)', { bundleId: '2', exportName: 'AppModule' }],
    ['core_1.NestFactory.create(app_module_1.AppModule, { cors: true })', { bundleId: '2', exportName: 'AppModule' }],
    ['core_1.NestFactory.createMicroservice(app_module_1.Worker)', { bundleId: '2', exportName: 'Worker' }],
    [
      'core_1.NestFactory.create(app_module_1.AppModule.forRoot())',
      { bundleId: '2', exportName: 'AppModule', call: { member: 'forRoot', hasArguments: false } },
    ],
    [
      'core_1.NestFactory.create(app_module_1.AppModule.forRoot(settings))',
      { bundleId: '2', exportName: 'AppModule', call: { member: 'forRoot', hasArguments: true } },
    ],
  ])('is what it starts: %s', (call, expected) => {
    expect(readBundledModule(webpack(call))).toEqual(expected);
  });

  it('may be known by its path, as in the mode "development"', () => {
    const text = webpack(
      'core_1.NestFactory.create(app_module_1.AppModule)',
      '/*! ./app.module */ "./src/app.module.ts"',
    );
    expect(readBundledModule(text)).toEqual({ bundleId: '"./src/app.module.ts"', exportName: 'AppModule' });
  });

  it.each([
    ['a minified bundle', '(()=>{var e={1:e=>{}};var o=n(1),t=n(2);o.NestFactory.create(t.AppModule)})();'],
    ['a bundle of one scope', 'var AppModule = class {};\nimport_core.NestFactory.create(AppModule);'],
    [
      'a file of tsc',
      'const app_module_1 = require("./app.module");\ncore_1.NestFactory.create(app_module_1.AppModule);',
    ],
    ['a bundle that starts nothing', webpack('other.start(app_module_1.AppModule)')],
  ])('is not seen in %s', (_what, text) => {
    expect(readBundledModule(text)).toBeUndefined();
  });

  it.each(['var', 'let', 'const'])('is seen where webpack declares its exports with %s', (word) => {
    const text = webpack('core_1.NestFactory.create(app_module_1.AppModule)').replace(
      'var __webpack_exports__',
      `${word} __webpack_exports__`,
    );
    expect(readBundledModule(text)).toEqual({ bundleId: '2', exportName: 'AppModule' });
    expect(withoutStart(text, '2', 'commonjs')).toContain('module.exports = __webpack_require__(2); return;');
  });

  it.each([
    [
      'of webpack',
      `(()=>{"use strict";var e={1:e=>{e.exports=require("@nestjs/core")}};${'var t=n(1);'.repeat(40)}})();`,
      true,
    ],
    [
      'with a licence',
      `/*! one\n * two\n */\n(()=>{${'var t=n(1);'.repeat(40)}})();\n//# sourceMappingURL=main.js.map`,
      true,
    ],
    ['of a bundler that keeps lines', webpack('core_1.NestFactory.create(app_module_1.AppModule)'), false],
    ['of a compiler, with one long line', `${'const a = 1;\n'.repeat(100)}const text = '${'x'.repeat(400)}';`, false],
    ['that is empty', '', false],
  ])('is minified or not: a file %s', (_what, text, expected) => {
    expect(isMinified(text)).toBe(expected);
  });

  it('is loaded without what the bundle starts', () => {
    const code = withoutStart(webpack('core_1.NestFactory.create(app_module_1.AppModule)'), '2', 'commonjs');
    const module: { exports: unknown } = { exports: {} };
    const loaded: number[] = [];
    const started: string[] = [];
    new Function('module', 'loaded', 'started', code)(module, loaded, started);
    expect({ exports: module.exports, loaded, started }).toEqual({ exports: 2, loaded: [2], started: [] });
  });
});
