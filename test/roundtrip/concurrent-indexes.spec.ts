import { readFileSync } from 'node:fs';
import { Test } from '@nestjs/testing';
import {
  Column,
  DataSource,
  type DataSourceOptions,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
} from 'typeorm';
import {
  MigrateModule,
  MigrationFailedError,
  type MigrationService,
  MigrationService as Service,
  type Notice,
  type RevisionDirective,
} from '../../src/index.js';
import { createPostgresDatabase, createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { catalog as wholeCatalog } from './round-trip.js';

/** The catalog without the journal, which the first revision that leaves its transaction makes. */
async function catalog(dataSource: DataSource): ReturnType<typeof wholeCatalog> {
  const { tables, ...rest } = await wholeCatalog(dataSource);
  return { ...rest, tables: tables.filter(({ name }) => name !== 'migrate_version_journal') };
}

// Only a decorator says that an index is to be built concurrently.

@Entity('person')
class Person {
  @PrimaryColumn()
  id!: number;

  @Column()
  code!: string;

  @Column()
  town!: string;
}

@Entity('person')
@Index('UQ_code', ['code'], { unique: true, concurrent: true })
@Index('IX_town', ['town'], { concurrent: true })
class PersonByCode extends Person {}

@Entity('person')
class PersonWithNickname extends PersonByCode {
  @Column({ nullable: true })
  nickname!: string;
}

/** The index loses the column that goes. */
@Entity('person')
@Index('IX_place', ['code', 'town'], { concurrent: true })
class PersonByPlace extends Person {}

@Entity('person')
@Index('IX_place', ['code'], { concurrent: true })
class PersonWithoutTown {
  @PrimaryColumn()
  id!: number;

  @Column()
  code!: string;
}

@Entity('person')
@Index('IX_place', ['town'], { concurrent: true })
class PersonByOtherPlace extends Person {}

@Entity('letter')
class Letter {
  @PrimaryColumn()
  id!: number;

  @ManyToOne(() => PersonByCode)
  @JoinColumn({ name: 'to', referencedColumnName: 'code' })
  to!: PersonByCode;
}

const ROWS = `INSERT INTO person (id, code, town) VALUES (1, 'a', 'x'), (2, 'a', 'y')`;

const upgradeIn = (path: string): string => {
  const text = readFileSync(path, 'utf8');
  return text.slice(text.indexOf('function upgrade'), text.indexOf('function downgrade'));
};

describe('concurrent indexes', () => {
  const scene = useScene(createPostgresDatabase);
  type Entities = NonNullable<Parameters<typeof scene.inApplication>[1]>['entities'];

  const begin = (entities: Entities): Promise<void> =>
    scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'begin' });
        await migrations.upgrade();
        await dataSource.query(ROWS);
      },
      { entities },
    );

  const failure = (migrations: MigrationService): Promise<MigrationFailedError> =>
    migrations.upgrade().then(
      () => Promise.reject(new Error('the upgrade was expected to fail')),
      (error: MigrationFailedError) => error,
    );

  it('are in a revision of their own, which fails alone, reports what it left, and runs again', async () => {
    await begin([Person]);
    const notices: Notice[] = [];
    await scene.inApplication(
      async (migrations, dataSource) => {
        const before = await catalog(dataSource);
        const listening = migrations.with({ onNotice: (notice) => notices.push(notice) });
        const [first, second, ...others] = await listening.migrate({ message: 'more' });
        expect(others).toEqual([]);
        expect([first!.message, second!.message]).toEqual(['more', 'more: concurrent indexes']);
        expect([second!.downRevision].flat()).toEqual([first!.revision]);
        expect(notices.map(({ message }) => message)).toContainEqual(
          expect.stringContaining('are in a revision of their own'),
        );
        expect(upgradeIn(first!.path).match(/op\.\w+/g)).toEqual(['op.addColumn']);
        expect(upgradeIn(second!.path).match(/op\.\w+/g)).toEqual(['op.createIndex', 'op.createIndex']);

        const error = await failure(migrations);
        expect(error.failure).toMatchObject({
          kept: [first!.revision],
          current: [first!.revision],
          databaseCode: '23505',
        });
        expect(error.hint).toContain('Key (code)=(a) is duplicated.');
        expect(error.hint).toContain('The index "UQ_code" on person is left behind INVALID');
        expect(error.hint).toContain('DROP INDEX CONCURRENTLY "UQ_code"');
        expect(error.hint).toContain(`Committed before it and kept: ${first!.revision}.`);

        await dataSource.query(`UPDATE person SET code = 'b' WHERE id = 2`);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await migrations.downgrade('-2');
        expect(await catalog(dataSource)).toEqual(before);
      },
      { entities: [PersonWithNickname] },
    );
  });

  it('are left as they are if they are built already, when a later one failed', async () => {
    await begin([Person]);
    await scene.inApplication(
      async (migrations, dataSource) => {
        const written = await migrations.migrate({ message: 'indexes' });
        expect(written.map(({ message }) => message)).toEqual(['indexes']);
        const error = await failure(migrations);
        expect(error.failure).toMatchObject({ kept: [], keptStatements: 1 });
        expect(error.hint).toContain('1 statement of it is committed and kept');
        await dataSource.query(`UPDATE person SET code = 'b' WHERE id = 2`);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        expect(await dataSource.query('SELECT indexrelid FROM pg_index WHERE NOT indisvalid')).toEqual([]);
        await migrations.downgrade();
      },
      { entities: [PersonByCode] },
    );
  });

  it('do not take an index of another table for theirs', async () => {
    await begin([Person]);
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.migrate();
        await dataSource.query(`UPDATE person SET code = 'b' WHERE id = 2`);
        await dataSource.query('CREATE TABLE other (code text); CREATE INDEX "UQ_code" ON other (code)');
        expect((await failure(migrations)).message).toContain('relation "UQ_code" already exists');
      },
      { entities: [PersonByCode] },
    );
  });

  it('are dropped in the transaction where their table changes otherwise, and come back on the way down', async () => {
    await begin([PersonByPlace]);
    await scene.inApplication(
      async (migrations, dataSource) => {
        const before = await catalog(dataSource);
        const [first, second] = await migrations.migrate();
        expect(upgradeIn(first!.path)).toContain(`await op.dropIndex('person', 'IX_place');`);
        expect(upgradeIn(second!.path).match(/op\.\w+/g)).toEqual(['op.createIndex']);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await dataSource.query('DELETE FROM person');
        await migrations.downgrade('-2');
        const indices = ({ tables }: typeof before) => tables.find(({ name }) => name === 'person')?.indices;
        expect(indices(await catalog(dataSource))).toEqual(indices(before));
      },
      { entities: [PersonWithoutTown] },
    );
  });

  it('are dropped and built in one revision when they change and nothing else does', async () => {
    await begin([PersonByPlace]);
    await scene.inApplication(
      async (migrations, dataSource) => {
        const before = await catalog(dataSource);
        const written = await migrations.migrate();
        expect(written).toHaveLength(1);
        expect(upgradeIn(written[0]!.path).match(/op\.\w+/g)).toEqual(['op.dropIndex', 'op.createIndex']);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await migrations.downgrade();
        expect(await catalog(dataSource)).toEqual(before);
      },
      { entities: [PersonByOtherPlace] },
    );
  });

  it('have the foreign keys that refer to them in a later revision', async () => {
    await begin([Person]);
    await scene.inApplication(
      async (migrations, dataSource) => {
        const before = await catalog(dataSource);
        await dataSource.query(`UPDATE person SET code = 'b' WHERE id = 2`);
        const written = await migrations.migrate({ message: 'letters' });
        expect(written.map(({ message }) => message)).toEqual([
          'letters',
          'letters: concurrent indexes',
          'letters: foreign keys behind concurrent indexes',
        ]);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await migrations.downgrade('-3');
        expect(await catalog(dataSource)).toEqual(before);
      },
      { entities: [PersonByCode, Letter] },
    );
  });

  it('may come from processRevisionDirectives, which sees one list', async () => {
    await begin([Person]);
    const seen: (readonly RevisionDirective[])[] = [];
    const processRevisionDirectives = (directives: readonly RevisionDirective[]): readonly RevisionDirective[] => {
      seen.push(directives);
      return directives.map((directive) => ({
        ...directive,
        upgrade: directive.upgrade.filter((one) => one.kind !== 'createIndex' || one.index.name !== 'UQ_code'),
        downgrade: directive.downgrade.filter((one) => one.kind !== 'dropIndex' || one.name !== 'UQ_code'),
      }));
    };
    await scene.inApplication(
      async (migrations) => {
        expect(await migrations.check()).toMatchObject([{ kind: 'addColumn' }, { index: { name: 'IX_town' } }]);
        const written = await migrations.migrate();
        expect(seen.map((directives) => directives.length)).toEqual([1, 1]);
        expect(written.map(({ path }) => upgradeIn(path).match(/op\.\w+/g))).toEqual([
          ['op.addColumn'],
          ['op.createIndex'],
        ]);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
      },
      { entities: [PersonWithNickname], migrate: { processRevisionDirectives } },
    );
  });

  it('stay in their revision where processRevisionDirectives adds raw SQL after them', async () => {
    await begin([Person]);
    const processRevisionDirectives = (directives: readonly RevisionDirective[]): readonly RevisionDirective[] =>
      directives.map((directive) => ({
        ...directive,
        upgrade: [...directive.upgrade, { kind: 'execute', sql: 'COMMENT ON INDEX "IX_town" IS \'by town\'' }],
      }));
    await scene.inApplication(
      async (migrations, dataSource) => {
        await dataSource.query(`UPDATE person SET code = 'b' WHERE id = 2`);
        expect(await migrations.migrate()).toHaveLength(1);
        await migrations.upgrade();
      },
      { entities: [PersonWithNickname], migrate: { processRevisionDirectives } },
    );
  });

  it.each([
    ['a body of SQL', true],
    ['operations', false],
  ])('run again from a script over what a failed build left, written from %s', async (_what, sqlBody) => {
    await begin([Person]);
    await scene.inApplication(
      async (migrations, dataSource) => {
        const [first, second] = await migrations.migrate({ message: 'more', sqlBody });
        await dataSource.query(`CREATE UNIQUE INDEX CONCURRENTLY "UQ_code" ON person (code)`).catch(() => undefined);
        await dataSource.query(`UPDATE person SET code = 'b' WHERE id = 2`);
        const [{ sql } = { sql: '' }] = await migrations.upgrade(`${first!.downRevision}:head`, { sql: true });
        for (const statement of String(sql).split(/;\n\n/)) await dataSource.query(statement);
        expect(await migrations.current()).toMatchObject([{ revisions: [{ revision: second!.revision }] }]);
        expect(await migrations.check()).toEqual([]);
      },
      { entities: [PersonWithNickname] },
    );
  });

  it('are in the second file for the database that builds them, and nowhere for one that cannot', async () => {
    const sqlite = await createSqliteDatabase();
    const sources = (entities: DataSourceOptions['entities']) =>
      Object.entries({ default: scene.database.options, lite: sqlite.options }).map(([name, options]) => ({
        name,
        dataSource: new DataSource({ ...options, entities } as DataSourceOptions),
      }));
    const within = async (entities: DataSourceOptions['entities'], work: (migrations: Service) => Promise<void>) => {
      const options = { dataSources: sources(entities), directory: scene.directory };
      const module = await Test.createTestingModule({ imports: [MigrateModule.forRoot(options)] }).compile();
      const migrations = module.get(Service);
      await work(migrations).finally(() => migrations.close());
      await module.close();
    };
    try {
      await within([Person], async (migrations) => {
        await migrations.init();
        await migrations.migrate();
        await migrations.upgrade();
      });
      await within([PersonWithNickname], async (migrations) => {
        const [first, second] = await migrations.migrate();
        const [one, two] = [first, second].map(({ path } = { path: '' } as never) => readFileSync(path, 'utf8'));
        expect(one).toContain('lite');
        expect(one).not.toContain('isConcurrent');
        expect(two).not.toContain('lite');
        expect(two).toContain('isConcurrent: true');
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await migrations.downgrade('-2');
      });
    } finally {
      await sqlite.drop();
    }
  });
});

describe('an index that is to be built concurrently, on SQLite', () => {
  const scene = useScene(createSqliteDatabase);

  it('is created in the revision of the other changes', async () => {
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await migrations.migrate();
        await migrations.upgrade();
      },
      { entities: [Person] },
    );
    await scene.inApplication(
      async (migrations) => {
        const written = await migrations.migrate();
        expect(written).toHaveLength(1);
        expect(readFileSync(written[0]!.path, 'utf8')).not.toContain('isConcurrent');
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
      },
      { entities: [PersonWithNickname] },
    );
  });
});
