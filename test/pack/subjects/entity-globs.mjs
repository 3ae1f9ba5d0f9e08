import { appModule, compilerOptions, mainFile, sqljs, userEntity } from '../support/sources.mjs';

/** Entities by a glob over the build, as many applications have them: `dist/**` + `/*.entity{.ts,.js}`. */
export default function tryOut({ nest11, nest12 }) {
  useGlob(nest11.application('globs11'), { js: '', entities: `[__dirname + '/**/*.entity{.ts,.js}']` });
  useGlob(nest12.application('globs12', { 'package.json': { type: 'module' } }), {
    js: '.js',
    entities: `['dist/**/*.entity{.ts,.js}']`,
  });
}

function useGlob(application, { js, entities }) {
  const database = `TypeOrmModule.forRoot(${sqljs.replace('autoLoadEntities: true', `entities: ${entities}`)})`;
  application.write({
    'package.json': { name: application.name, private: true, type: js === '' ? 'commonjs' : 'module' },
    'tsconfig.json': { compilerOptions: { ...compilerOptions, rootDir: 'src' }, include: ['src'] },
    'src/user.entity.ts': userEntity,
    'src/app.module.ts': appModule({ js, database }),
    'src/main.ts': mainFile({ js }),
  });
  application.succeed('tsc compiles the application', 'tsc', ['-p', 'tsconfig.json']);
  application.takeFirstSteps();
  application.write({ 'src/user.entity.ts': userEntity.replace('length: 20', 'length: 200') });
  const { isRight, stdout, output } = application.run('nest-cmd', ['db', 'check']);
  application.check(
    'check finds the change of an entity before it is built',
    !isRight && stdout.includes('name'),
    output,
  );
}
