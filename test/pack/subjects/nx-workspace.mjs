import { appModule, compilerOptions, mainFile, userEntity } from '../support/sources.mjs';

/** An Nx workspace: only a tsconfig.base.json in its root, and a tsconfig.app.json in the application. */
export default function tryOut({ nest11 }) {
  const { outDir: _outDir, ...base } = compilerOptions;
  const application = nest11.application('nx11', {
    'package.json': { name: 'nx11', private: true },
    'nx.json': {},
    'tsconfig.base.json': {
      compilerOptions: { ...base, baseUrl: '.', paths: { '@org/db': ['libs/db/src/index.ts'] } },
    },
    'apps/api/project.json': { name: 'api', sourceRoot: 'apps/api/src', projectType: 'application' },
    'apps/api/tsconfig.json': {
      extends: '../../tsconfig.base.json',
      files: [],
      references: [{ path: './tsconfig.app.json' }],
    },
    'apps/api/tsconfig.app.json': {
      extends: './tsconfig.json',
      compilerOptions: { outDir: '../../dist/out-tsc' },
      include: ['src/**/*.ts'],
    },
    'libs/db/src/index.ts': `export * from './lib/user.entity';\n`,
    'libs/db/src/lib/user.entity.ts': userEntity,
    'apps/api/src/app/app.module.ts': appModule({ js: '' }).replace('./user.entity', '@org/db'),
    'apps/api/src/main.ts': mainFile({ js: '' }).replace('./app.module', './app/app.module'),
  });
  application.takeFirstSteps('--app', 'apps/api/src/app/app.module.ts');
  const named = application.succeed('NEST_APP=apps/api/src/main.ts', 'nest-cmd', ['db', 'check'], {
    NEST_APP: 'apps/api/src/main.ts',
  });
  application.check('it is up to date', named.includes('No new upgrade operations'), named);
}
