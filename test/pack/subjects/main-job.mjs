import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** The main job, as an application of Nest 11 (CommonJS) and of Nest 12 (ES modules) does it, and their tests. */
export default function tryOut(scene) {
  doMainJob(scene, scene.nest11.application('nest11-commonjs'));
  doMainJob(scene, scene.nest12.application('nest12-esm'));
}

const rows = ['Ada', "O'Brien", 'Łukasz'];

function doMainJob(scene, application) {
  for (const folder of ['src', 'test']) application.copy(scene.path('app', folder), folder);
  application.copy(scene.path(application.name));
  const sql = (work) => {
    const database = new Database(join(application.directory, 'app.sqlite'));
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  const columns = () => sql((database) => database.prepare(`SELECT name FROM pragma_table_info('user')`).pluck().all());
  const rowsAreKept = (when) => {
    const names = sql((database) => database.prepare('SELECT name FROM user ORDER BY id').pluck().all());
    application.check(`the rows are there ${when}`, names.join() === rows.join(), names);
  };

  application.db('init');
  application.db('migrate', '-m', 'initial');
  application.db('upgrade');
  sql((database) => rows.forEach((name) => database.prepare('INSERT INTO user (name) VALUES (?)').run(name)));

  cpSync(scene.path('app', 'changed', 'user.entity.ts'), join(application.directory, 'src', 'user.entity.ts'));
  const behind = application.run('nest-cmd', ['db', 'check']);
  application.check('check finds the change of the entity', !behind.isRight && behind.stdout.includes('email'));
  application.db('migrate', '-m', 'add email');
  application.db('upgrade');
  rowsAreKept('after the upgrade');
  application.check('the column was added', columns().includes('email'), columns());
  application.db('check');
  application.db('downgrade');
  rowsAreKept('after the downgrade');
  application.check('the column is gone', !columns().includes('email'), columns());
  application.db('upgrade', 'head');
  useBuild(application);
}

function useBuild(application) {
  const versions = readdirSync(join(application.directory, 'migrations', 'versions'));
  const revisions = versions.filter((name) => name.endsWith('.ts'));
  application.check('there are two revisions', revisions.length === 2, revisions);
  application.succeed('tsc compiles the application', 'tsc', ['-p', 'tsconfig.json']);
  application.succeed('tsc checks the revisions', 'tsc', ['-p', 'migrations/tsconfig.json']);
  application.db('heads');
  application.db('check');
  const served = application.run('node', [join('dist', 'main.js')]);
  const isUpToDate = served.isRight && JSON.parse(served.stdout)[0]?.upToDate === true;
  application.check('the compiled application injects MigrationService and is up to date', isUpToDate, served.output);
  if (application.name === 'nest12-esm') {
    const queues = application.run('node', [join('dist', 'fleet-queues.js')]);
    application.check('the entries for queues of a fleet are there', queues.stdout.trim() === '4', queues.output);
  }
  application.succeed('its tests pass in Jest', 'jest', ['--runInBand']);
  application.succeed('its tests pass in Vitest', 'vitest', ['run']);
}
