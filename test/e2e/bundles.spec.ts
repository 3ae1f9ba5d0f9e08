import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

const packageRoot = resolve(__dirname, '../..');

/** What webpack writes for `nest build --webpack`, shortened; `migrate` is where MigrateModule comes from. */
const webpack = (word: string, migrate = 'nestjs-migrate'): string => `/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ([
/* 0 */,
/* 1 */
/***/ ((module) => {
module.exports = require("@nestjs/core");
/***/ }),
/* 2 */
/***/ ((__unused_webpack_module, exports) => {
const { TypeOrmModule } = require('@nestjs/typeorm');
const { MigrateModule } = require('${migrate}');
const database = { type: 'better-sqlite3', database: 'app.sqlite', entities: [] };
exports.AppModule = class AppModule {};
Reflect.defineMetadata('imports', [TypeOrmModule.forRoot(database), MigrateModule.forRoot()], exports.AppModule);
/***/ })
/******/ 	]);
/******/ 	${word} __webpack_module_cache__ = {};
/******/ 	function __webpack_require__(moduleId) {
/******/ 		const module = __webpack_module_cache__[moduleId] ??= { exports: {} };
/******/ 		__webpack_modules__[moduleId](module, module.exports, __webpack_require__);
/******/ 		return module.exports;
/******/ 	}
/************************************************************************/
${word} __webpack_exports__ = {};
(() => {
const core_1 = __webpack_require__(1);
const app_module_1 = __webpack_require__(2);
async function bootstrap() { const app = await core_1.NestFactory.create(app_module_1.AppModule); await app.listen(3000); }
throw new Error('the application was started');
})();
/******/ })();`;

const minified = `(()=>{"use strict";var e={129(e,t,r){t.AppModule=void 0;const o=r(522),s=r(953);class a{}t.AppModule=a,Reflect.defineMetadata("imports",[o.TypeOrmModule.forRoot({type:"better-sqlite3",database:"app.sqlite",entities:[]}),s.MigrateModule.forRoot()],a)},781(e){e.exports=require("@nestjs/core")},522(e){e.exports=require("@nestjs/typeorm")},953(e){e.exports=require("nestjs-migrate")}};const t={};function r(o){const s=t[o];if(void 0!==s)return s.exports;const a=t[o]={exports:{}};return e[o](a,a.exports,r),a.exports}(()=>{const e=r(781),t=r(129);!async function(){const r=await e.NestFactory.create(t.AppModule);await r.listen(3e3)}()})()})();`;

describe('an application in one file', () => {
  let workspace: CliWorkspace;
  let app: string;

  beforeEach(() => {
    workspace = new CliWorkspace();
    app = join(workspace.root, 'app');
  });
  afterEach(() => workspace.remove());

  function write(files: Readonly<Record<string, string>>): void {
    const all = { 'package.json': '{ "name": "app", "private": true }', 'migrations/migrations.json': '{}', ...files };
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(dirname(join(app, name)), { recursive: true });
      writeFileSync(join(app, name), text);
    }
    mkdirSync(join(app, 'migrations/versions'), { recursive: true });
  }

  it.each(['var', 'let', 'const'])('of webpack is loaded, and not started, where it declares by %s', async (word) => {
    write({ 'dist/main.js': webpack(word) });
    const { code, stderr } = await nestCmd(app, ['db', 'current']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('Data source "default" is at base') as string,
    });
  });

  it.each([
    ['is named', { NEST_APP: 'dist/main.js' }, 'NEST_APP names dist/main.js'],
    ['is found', {}, 'Cannot find the root module'],
  ])('that is minified is reported as minified, where it %s', async (_what, env, beginning) => {
    write({ 'dist/main.js': minified });
    const { code, stderr } = await nestCmd(app, ['db', 'current'], env as Record<string, string>);
    expect(code).toBe(1);
    expect(stderr).toContain(beginning);
    expect(stderr).toContain('the file is minified, so that it does not show which of its parts is the root module');
    expect(stderr).toContain('optimization: { minimize: false }');
    expect(stderr).not.toContain('is known only when it runs');
  });

  it('that holds a copy of this package is refused for the copy, and not for a missing MigrateModule', async () => {
    write({ 'dist/main.js': webpack('var', './copy/index.js'), 'dist/copy/package.json': '{ "type": "module" }' });
    cpSync(join(packageRoot, 'dist'), join(app, 'dist/copy'), { recursive: true });
    const { code, stderr } = await nestCmd(app, ['db', 'current']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Error: AppModule imports MigrateModule from another copy of nestjs-migrate than the one that was started: from dist\/copy\/module\/migrate\.module\.js:\d+\.$/m,
    );
    expect(stderr).toContain('`externals`');
    expect(stderr).not.toContain('do not import MigrateModule');
    rmSync(join(app, 'dist/copy'), { recursive: true });
  });
});
