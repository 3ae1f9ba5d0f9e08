import { appModule, compilerOptions, mainFile, userEntity } from '../support/sources.mjs';

const project = (type, root) => ({
  type,
  root,
  sourceRoot: `${root}/src`,
  entryFile: type === 'library' ? 'index' : 'main',
  compilerOptions: { tsConfigPath: `${root}/tsconfig.${type === 'library' ? 'lib' : 'app'}.json` },
});

/** A Nest monorepo: an application in apps/, whose entities are in a library that it imports by an alias. */
export default function tryOut({ nest11 }) {
  const app = project('application', 'apps/api');
  const application = nest11.application('monorepo11', {
    'package.json': { name: 'monorepo11', private: true },
    'nest-cli.json': { ...app, monorepo: true, projects: { api: app, data: project('library', 'libs/data') } },
    'tsconfig.json': {
      compilerOptions: { ...compilerOptions, baseUrl: './', paths: { '@app/data': ['libs/data/src'] } },
    },
    'apps/api/tsconfig.app.json': {
      extends: '../../tsconfig.json',
      compilerOptions: { outDir: '../../dist/apps/api' },
      include: ['src/**/*'],
    },
    'libs/data/src/index.ts': `export * from './user.entity';\n`,
    'libs/data/src/user.entity.ts': userEntity,
    'apps/api/src/app.module.ts': appModule({ js: '' }).replace('./user.entity', '@app/data'),
    'apps/api/src/main.ts': mainFile({ js: '' }),
  });
  application.takeFirstSteps();
  application.succeed('nest build --builder tsc', 'nest', ['build', 'api', '--builder', 'tsc']);
  application.check('the build holds the library', application.has('dist/apps/api/libs/data/src/user.entity.js'));
  application.db('check');
  application.write({ 'libs/data/src/user.entity.ts': userEntity.replace('length: 20', 'length: 200') });
  const { isRight, stdout, output } = application.run('nest-cmd', ['db', 'check']);
  application.check(
    'check finds what changed in the library since the build',
    !isRight && stdout.includes('name'),
    output,
  );
}
