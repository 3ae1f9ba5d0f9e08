import { makeDatabase } from '../support/postgres-database.mjs';
import { appModule, compilerOptions, mainFile, userEntity } from '../support/sources.mjs';

/** Replication on a real PostgreSQL whose replica is down: migrations need the master alone. */
export default async function tryOut(scene) {
  const master = await makeDatabase(await scene.postgres(), 'replicated');
  const replica = 'postgres://postgres:postgres@127.0.0.1:1/replicated';
  const database = `TypeOrmModule.forRoot({
    type: 'postgres',
    autoLoadEntities: true,
    replication: { master: { url: '${master}' }, slaves: [{ url: '${replica}' }] },
  })`;
  const application = scene.nest11.application('replication11', {
    'package.json': { name: 'replication11', private: true },
    'tsconfig.json': { compilerOptions: { ...compilerOptions, rootDir: 'src' }, include: ['src'] },
    'src/user.entity.ts': userEntity,
    'src/app.module.ts': appModule({ js: '', database }),
    'src/main.ts': mainFile({ js: '' }),
  });
  application.takeFirstSteps();
  application.db('downgrade', 'base');
  application.db('upgrade');
  const current = application.db('current');
  application.check('it is at the head', current.includes('(head)'), current);
}
