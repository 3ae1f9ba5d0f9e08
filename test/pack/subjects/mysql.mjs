import { mysqlServerPath, NO_MYSQL_SERVER, startMysql } from '../../support/mysql-server.js';
import { makeMysqlDatabase } from '../support/mysql-database.mjs';
import { appModule, compilerOptions, mainFile, userEntity } from '../support/sources.mjs';

/** MariaDB by both types of TypeORM 0.3 and 1.x: with the oldest mysql2 that it takes, and with the newest. */
export default async function tryOut(scene) {
  if (process.env.TEST_MYSQL_URL === undefined && mysqlServerPath() === undefined) {
    scene.report.leftOut('MySQL', NO_MYSQL_SERVER);
    return;
  }
  const server = process.env.TEST_MYSQL_URL ?? (await scene.once('mysql', startMysql)).url;
  for (const type of ['mysql', 'mariadb']) {
    await doMainJob(scene, { installation: scene.nest11, name: `${type}11`, type, js: '', server });
    await doMainJob(scene, { installation: scene.nest12, name: `${type}12`, type, js: '.js', server });
  }
}

async function doMainJob(scene, { installation, name, type, js, server }) {
  const database = await makeMysqlDatabase(scene.root, server);
  const application = installation.application(name, {
    'package.json': { name, private: true, type: js === '' ? 'commonjs' : 'module' },
    'tsconfig.json': { compilerOptions: { ...compilerOptions, rootDir: 'src' }, include: ['src'] },
    'src/user.entity.ts': userEntity,
    'src/app.module.ts': appModule({
      js,
      database: `TypeOrmModule.forRoot({ type: '${type}', url: '${database.url}', autoLoadEntities: true })`,
    }),
    'src/main.ts': mainFile({ js }),
  });
  application.takeFirstSteps();
  await database.query(`INSERT INTO user (name) VALUES ('Łukasz')`);
  application.write({ 'src/user.entity.ts': userEntity.replace('length: 20', 'length: 200') });
  application.db('migrate', '-m', 'longer');
  application.db('upgrade');
  application.db('check');
  application.db('downgrade');
  const rows = await database.query('SELECT name FROM user');
  application.check('the rows are there', rows[0]?.name === 'Łukasz', rows);
  await database.drop();
}
