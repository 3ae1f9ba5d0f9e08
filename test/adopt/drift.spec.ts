import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Column,
  type DataSourceOptions,
  Entity,
  Index,
  type MigrationInterface,
  PrimaryGeneratedColumn,
  type QueryRunner,
} from 'typeorm';
import type { MigrationService } from '../../src/index.js';
import { tableNames, temporaryDirectory } from '../support/application.js';
import { databases, type TestDatabase } from '../support/databases.js';
import { OldApplication, onDataSource } from './old-application.js';

@Entity()
@Index('idx_task_title', ['title'])
class Task {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 80 })
  title!: string;

  @Column({ type: 'int', default: 0 })
  rank!: number;
}

const statements = {
  postgres: {
    make: [
      `CREATE TABLE task (id serial NOT NULL, title varchar(40) NOT NULL, notes text, CONSTRAINT pk_old PRIMARY KEY (id))`,
      `CREATE INDEX idx_task_title ON task (title)`,
      `CREATE TYPE log_event AS ENUM ('made', 'done')`,
      `CREATE TABLE task_log (task_id int NOT NULL, event log_event NOT NULL)`,
      `CREATE FUNCTION log_task() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO task_log VALUES (NEW.id, 'made'); RETURN NEW; END $$`,
      `CREATE TRIGGER task_made AFTER INSERT ON task FOR EACH ROW EXECUTE FUNCTION log_task()`,
    ],
    undo: [`DROP TABLE task`, `DROP FUNCTION log_task()`, `DROP TABLE task_log`, `DROP TYPE log_event`],
    byHand: [
      `CREATE INDEX by_hand ON task (notes)`,
      `ALTER TABLE task ADD CONSTRAINT short_notes CHECK (length(notes) < 1000)`,
    ],
  },
  sqlite: {
    make: [
      `CREATE TABLE task (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, title varchar(40) NOT NULL, notes text)`,
      `CREATE INDEX idx_task_title ON task (title)`,
      `CREATE TABLE task_log (task_id int NOT NULL, event varchar NOT NULL)`,
      `CREATE TRIGGER task_made AFTER INSERT ON task BEGIN INSERT INTO task_log VALUES (NEW.id, 'made'); END`,
    ],
    undo: [`DROP TABLE task`, `DROP TABLE task_log`],
    byHand: [`CREATE INDEX by_hand ON task (notes)`],
  },
};
const byHand = [
  `ALTER TABLE task ADD COLUMN extra varchar(10)`,
  `UPDATE task SET extra = 'kept'`,
  `DROP INDEX idx_task_title`,
  `CREATE TABLE scratch (id int)`,
];

describe.each(databases)(
  'the revision for the differences between an old database and its entities, on %s',
  (dialect, make) => {
    const { directory, remove } = temporaryDirectory();
    const made: TestDatabase[] = [];
    const newDatabase = async (): Promise<DataSourceOptions> => {
      const database = await make();
      made.push(database);
      return database.options;
    };

    class MakeTasks1600000000001 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        for (const statement of statements[dialect].make) await runner.query(statement);
      }
      async down(runner: QueryRunner): Promise<void> {
        for (const statement of statements[dialect].undo) await runner.query(statement);
      }
    }
    class SeedTasks1600000000002 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        await runner.query(`INSERT INTO task (title) VALUES ('Water the plants'), ('Feed the cat')`);
      }
      async down(runner: QueryRunner): Promise<void> {
        await runner.query('DELETE FROM task');
      }
    }

    const app = new OldApplication(
      {
        entities: [Task],
        migrations: [SeedTasks1600000000002, MakeTasks1600000000001],
        migrationsTableName: 'schema_history',
      },
      { directory, includeName: (name, type) => type !== 'table' || name !== 'task_log' },
    );

    afterEach(async () => {
      for (const database of made.splice(0)) await database.drop();
      remove();
    });

    it('is the second revision: it runs on production and on a new database, up and down, and check is empty', async () => {
      const production = await newDatabase();
      await app.runOldMigrations(production);
      await onDataSource(production, async (dataSource) => {
        for (const statement of [...byHand, ...statements[dialect].byHand]) await dataSource.query(statement);
      });

      await app.start(production, async (migrations, dataSource) => {
        await migrations.adopt();
        expect(await migrations.migrate({ message: 'drift', revId: 'drift' })).toHaveLength(1);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        expect(await dataSource.query('SELECT title, rank FROM task ORDER BY id')).toEqual([
          { title: 'Water the plants', rank: 0 },
          { title: 'Feed the cat', rank: 0 },
        ]);
        await migrations.downgrade('-1');
        expect(await tableNames(dataSource)).toContain('scratch');
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
      });

      await app.start(await newDatabase(), async (migrations, dataSource) => {
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        expect(await dataSource.query('SELECT task_id, event FROM task_log ORDER BY 1')).toEqual([
          { task_id: 1, event: 'made' },
          { task_id: 2, event: 'made' },
        ]);
        await migrations.downgrade('-1');
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await migrations.downgrade('base');
        expect(await tableNames(dataSource)).not.toContain('task');
        expect(await tableNames(dataSource)).not.toContain('schema_history');
      });
    });

    it('leaves the enum and the table that are left out, the trigger and the function, and the rows', async () => {
      const production = await newDatabase();
      await app.runOldMigrations(production);
      await app.start(production, async (migrations, dataSource) => {
        await migrations.adopt();
        await migrations.migrate({ revId: 'second' });
        await migrations.upgrade();
        await dataSource.query(`INSERT INTO task (title) VALUES ('Read a book')`);
        expect(await dataSource.query('SELECT count(*) AS n FROM task_log')).toEqual([
          { n: dialect === 'postgres' ? '3' : 3 },
        ]);
      });
    });

    it('renames a key that somebody renamed by hand, and on a new database the one that the migrations made', async () => {
      if (dialect === 'sqlite') return; // Keys have no names there.
      class NamesKey1600000000003 implements MigrationInterface {
        async up(runner: QueryRunner): Promise<void> {
          await runner.query('ALTER TABLE task RENAME CONSTRAINT pk_old TO "PK_fb213f79ee45060ba925ecd576e"');
        }
        async down(runner: QueryRunner): Promise<void> {
          await runner.query('ALTER TABLE task RENAME CONSTRAINT "PK_fb213f79ee45060ba925ecd576e" TO pk_old');
        }
      }
      const migrations = [MakeTasks1600000000001, SeedTasks1600000000002, NamesKey1600000000003];
      const production = await newDatabase();
      await app.runOldMigrations(production, { migrations });
      await onDataSource(production, (dataSource) =>
        dataSource.query('ALTER TABLE task RENAME CONSTRAINT "PK_fb213f79ee45060ba925ecd576e" TO pk_by_hand'),
      );
      const upgradeAndCheck = async (service: MigrationService): Promise<void> => {
        await service.upgrade();
        expect(await service.check()).toEqual([]);
        await service.downgrade('-1');
        await service.upgrade();
      };
      await app.start(
        production,
        async (service) => {
          await service.adopt();
          await service.migrate({ revId: 'second' });
          await upgradeAndCheck(service);
        },
        { migrations },
      );
      await app.start(await newDatabase(), upgradeAndCheck, { migrations });
    });

    it('is written with conditions only behind the old migrations', async () => {
      const production = await newDatabase();
      await app.runOldMigrations(production);
      await onDataSource(production, (dataSource) => dataSource.query('CREATE INDEX by_hand ON task (notes)'));
      await app.start(production, async (migrations, dataSource) => {
        await migrations.adopt();
        await migrations.migrate({ revId: 'second' });
        expect(textOf(directory, 'second')).toMatch(/by_hand.,\s*\{\s*ifExists: true/);
        await migrations.upgrade();
        // SQLite's other connection looks at the catalog again when it reads.
        await dataSource.query('SELECT rank FROM task');
        await dataSource.query('CREATE INDEX by_hand ON task (rank)');
        await migrations.migrate({ revId: 'third' });
        expect(textOf(directory, 'third')).toContain('by_hand');
        expect(textOf(directory, 'third')).not.toContain('ifExists');
      });
    });
  },
);

function textOf(directory: string, revision: string): string {
  const versions = join(directory, 'versions');
  const name = readdirSync(versions).find((file) => file.startsWith(revision)) ?? '';
  return readFileSync(join(versions, name), 'utf8');
}
