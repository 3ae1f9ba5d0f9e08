import { appModule, compilerOptions, mainFile, sqljs, userEntity } from '../support/sources.mjs';

/** `forRootAsync` with a `dataSourceFactory` that makes the data source itself, and connects it. */
export default function tryOut({ nest12 }) {
  const database = `TypeOrmModule.forRootAsync({
    useFactory: () => (${sqljs}),
    dataSourceFactory: async (options) => new DataSource(options!).initialize(),
  })`;
  const application = nest12.application('factory12', {
    'package.json': { name: 'factory12', private: true, type: 'module' },
    'tsconfig.json': { compilerOptions: { ...compilerOptions, rootDir: 'src' }, include: ['src'] },
    'src/user.entity.ts': userEntity,
    'src/app.module.ts': appModule({ database, imports: `import { DataSource } from 'typeorm';\n` }),
    'src/main.ts': mainFile(),
  });
  application.takeFirstSteps();
  application.succeed('tsc compiles the application', 'tsc', ['-p', 'tsconfig.json']);
  const served = application.succeed('node dist/main', 'node', ['dist/main.js']);
  application.check('it is up to date', served.includes('up to date'), served);
  application.db('check');
}
