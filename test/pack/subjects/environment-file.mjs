import { appModule, compilerOptions, mainFile, sqljs, userEntity } from '../support/sources.mjs';

/** `import 'dotenv/config'` in main.ts: what .env says is there for nest-cmd too, from sources and from the build. */
export default function tryOut({ nest11 }) {
  const database = `TypeOrmModule.forRoot(${sqljs.replace(`'app.sqlite'`, `process.env.DATABASE_FILE`)})`;
  const application = nest11.application('dotenv11', {
    'package.json': { name: 'dotenv11', private: true },
    '.env': 'DATABASE_FILE=named-in-env.sqlite\n',
    'tsconfig.json': { compilerOptions: { ...compilerOptions, rootDir: 'src' }, include: ['src'] },
    'src/user.entity.ts': userEntity,
    'src/app.module.ts': appModule({ js: '', database }),
    'src/main.ts': mainFile({ js: '', first: `import 'dotenv/config';\n` }),
  });
  application.takeFirstSteps();
  application.check('the database is the one that .env names', application.has('named-in-env.sqlite'));
  application.succeed('tsc compiles the application', 'tsc', ['-p', 'tsconfig.json']);
  application.db('check');
  const served = application.succeed('node dist/main', 'node', ['dist/main.js']);
  application.check('it is up to date', served.includes('up to date'), served);
}
