import { readEnvironmentStatements } from './environment-statements.js';
import { NotReadable } from './static-value.js';

const context = { file: '/app/src/main.ts', cwd: '/app', env: { NODE_ENV: 'staging', ENV_DIR: 'conf' } };

/** The files that a main file would load, in order. */
function filesOf(source: string, onlyAtTop = false): string[] {
  return readEnvironmentStatements(source, onlyAtTop).flatMap((statement) =>
    statement.kind === 'files' ? statement.files(context) : [],
  );
}

describe('readEnvironmentStatements', () => {
  it.each([
    ['an import for its effects', `import 'dotenv/config';`],
    ['the same with an extension', `import "dotenv/config.js"`],
    ['the same as a compiler writes it', `require("dotenv/config");`],
    ['a namespace import', `import * as dotenv from 'dotenv';\ndotenv.config();`],
    ['a default import', `import env from 'dotenv';\nenv.config();`],
    ['a named import', `import { config } from 'dotenv'; config();`],
    ['a renamed import', `import { config as loadEnv } from 'dotenv'; async function bootstrap() { loadEnv(); }`],
    ['an import equals', `import dotenv = require('dotenv'); dotenv.config()`],
    ['a require', `const dotenv = require('dotenv'); dotenv.config();`],
    ['a require in place', `require('dotenv').config();`],
    ['what tsc makes of a namespace import', `const dotenv = __importStar(require("dotenv"));\ndotenv.config();`],
    ['what tsc makes of a named import', `const dotenv_1 = require("dotenv"); (0, dotenv_1.config)();`],
    [
      'what tsc makes of a default import',
      `const dotenv_1 = __importDefault(require("dotenv")); dotenv_1.default.config();`,
    ],
    [
      'what swc makes of it',
      `const _dotenv = /*#__PURE__*/ _interop_require_wildcard(require("dotenv")); _dotenv.config();`,
    ],
    ['options without a path', `import { config } from 'dotenv'; config({ quiet: true });`],
    ["Node's own function", `process.loadEnvFile();`],
    ["Node's own function, imported", `import { loadEnvFile } from 'node:process'; loadEnvFile();`],
    ['a condition', `import { config } from 'dotenv'; if (process.env.NODE_ENV !== 'production') { config() }`],
  ])('finds .env by %s', (_what, source) => {
    expect(filesOf(source)).toEqual(['/app/.env']);
  });

  it.each([
    ["'.env.local'", '/app/.env.local'],
    ['`.env.${process.env.NODE_ENV}`', '/app/.env.staging'],
    ["`.env.${process.env.STAGE ?? 'development'}`", '/app/.env.development'],
    ["process.env.NODE_ENV === 'test' ? '.env.test' : '.env.other'", '/app/.env.other'],
    ["process.env['ENV_FILE'] || '.env.default'", '/app/.env.default'],
    ["join(__dirname, '..', '.env')", '/app/.env'],
    ["path.resolve(__dirname, '../config/.env')", '/app/config/.env'],
    ["resolve(process.cwd(), process.env.ENV_DIR!, '.env')", '/app/conf/.env'],
    ["path.join(import.meta.dirname, '../.env')", '/app/.env'],
    ["fileURLToPath(new URL('../.env', import.meta.url))", '/app/.env'],
    ["new URL('../.env', import.meta.url).pathname", '/app/.env'],
    ["'.env' + '.' + process.env.NODE_ENV", '/app/.env.staging'],
    ["'/etc/shop.env'", '/etc/shop.env'],
  ])('reads the path %s', (path, file) => {
    const head = `import * as dotenv from 'dotenv';`;
    expect(filesOf(`${head} dotenv.config({ path: ${path} });`)).toEqual([file]);
    expect(
      filesOf(`${head} const envPath: string = ${path};\ndotenv.config({ debug: isDebug(), path: envPath });`),
    ).toEqual([file]);
    expect(filesOf(`process.loadEnvFile(${path});`)).toEqual([file]);
  });

  it('reads a list of paths, and calls in their order', () => {
    const source = `import { config } from 'dotenv'; config({ path: ['.env.local', '.env'] }); config({ path: '.env.all' });`;
    expect(filesOf(source)).toEqual(['/app/.env.local', '/app/.env', '/app/.env.all']);
  });

  it("takes dotenv-flow's files of the stage, the most particular first", () => {
    const flow = ['/app/.env.staging.local', '/app/.env.local', '/app/.env.staging', '/app/.env'];
    expect(filesOf(`import 'dotenv-flow/config';`)).toEqual(flow);
    expect(filesOf(`import flow from 'dotenv-flow'; flow.config();`)).toEqual(flow);
  });

  it.each([
    ['a comment', `// import 'dotenv/config';\n/* require('dotenv').config() */`],
    ['a type', `import type { DotenvConfigOptions } from 'dotenv';`],
    ['a function of the same name', `import { parse } from 'dotenv'; import { config } from './config'; config();`],
    ['a method of the same name', `import { config } from 'dotenv'; app.config();`],
  ])('finds nothing in %s', (_what, source) => {
    expect(filesOf(source)).toEqual([]);
  });

  it('finds what runs when a file is imported, and not what is in its functions', () => {
    const head = `import { config } from 'dotenv';`;
    expect(filesOf(`${head} if (!process.env.CI) { config(); }`, true)).toEqual(['/app/.env']);
    expect(filesOf(`${head} export function load() { config(); }`, true)).toEqual([]);
    expect(filesOf(`${head} export const load = () => { config(); };`, true)).toEqual([]);
  });

  it('cannot read a path that is computed elsewhere, and says in which line', () => {
    const [statement] = readEnvironmentStatements(
      `require('dotenv')\n  .parse('');\nprocess.loadEnvFile(fileFor(stage));`,
      false,
    ).filter(({ kind }) => kind === 'files');
    expect(statement).toMatchObject({ line: 3 });
    expect(() => statement?.kind === 'files' && statement.files(context)).toThrow(NotReadable);
  });
});
