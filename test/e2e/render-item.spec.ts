import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EntitySchema } from 'typeorm';
import type { MigrateModuleOptions, MigrationService, RevisionDirective } from '../../src/index.js';
import { createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const note = new EntitySchema({
  name: 'note',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    createdAt: { type: 'datetime', default: () => 'CURRENT_TIMESTAMP' },
    text: { type: 'varchar', nullable: true },
  },
});

describe('hooks that change what a revision says', () => {
  const scene = useScene(createSqliteDatabase);

  const inRepository = (
    options: Partial<MigrateModuleOptions>,
    work: (migrations: MigrationService) => Promise<void>,
  ): Promise<void> =>
    scene.inApplication(
      async (migrations) => {
        await migrations.init();
        await work(migrations);
      },
      { entities: [note], migrate: options },
    );

  it('renderItem writes a helper of the project in, and its import once', async () => {
    const renderItem: MigrateModuleOptions['renderItem'] = (item, { dataSource, direction, addImport }) => {
      if (item.type !== 'column' || item.object.name !== 'createdAt') return false;
      addImport(`import { createdAt } from '../helpers.cjs';`);
      return `createdAt('${dataSource} ${direction}')`;
    };
    await inRepository({ renderItem }, async (migrations) => {
      const column = `{ name: 'createdAt', type: 'datetime', default: 'CURRENT_TIMESTAMP', comment }`;
      writeFileSync(join(scene.directory, 'helpers.cjs'), `exports.createdAt = (comment) => (${column});`);
      const [written] = await migrations.migrate({ message: 'notes' });
      const source = readFileSync(written!.path, 'utf8');
      expect(source).toContain(`createdAt('default upgrade'),`);
      expect(source.match(/^import \{ createdAt \}.*$/gm)).toEqual([`import { createdAt } from '../helpers.cjs';`]);
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
    });
  });

  it('renderItem is refused when its text is no TypeScript, and no file is written', async () => {
    await inRepository({ renderItem: ({ type }) => type === 'default' && '`now(' }, async (migrations) => {
      await expect(migrations.migrate()).rejects.toMatchObject({ code: 'RENDER_ITEM' });
      expect(await migrations.history()).toEqual([]);
    });
  });

  it('processRevisionDirectives edits, drops and multiplies what is found', async () => {
    const processRevisionDirectives: MigrateModuleOptions['processRevisionDirectives'] = (directives) =>
      directives.flatMap((directive) => [
        { ...directive, message: 'the table', upgrade: directive.upgrade.filter(({ kind }) => kind === 'createTable') },
        {
          ...directive,
          message: 'its rows',
          upgrade: [{ kind: 'bulkInsert', table: { name: 'note' }, rows: [{ text: 'hello' }] }],
          downgrade: [{ kind: 'execute', sql: 'DELETE FROM note' }],
        },
        { ...directive, message: 'nothing', upgrade: [] },
      ]);
    await inRepository({ processRevisionDirectives }, async (migrations) => {
      const written = await migrations.migrate({ sqlBody: true });
      expect(written.map(({ message }) => message)).toEqual(['the table', 'its rows']);
      expect(written[1]!.downRevision).toEqual([written[0]!.revision]);
      expect(readFileSync(written[1]!.path, 'utf8')).toContain(
        `await op.execute(\`INSERT INTO "note" ("text") VALUES ('hello')\`);`,
      );
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      await migrations.downgrade('base');
    });
  });

  const table = { name: 'note' };
  it.each<[string, (found: RevisionDirective) => unknown, RegExp]>([
    ['what is no list', () => 'nothing', /it gave "nothing"/],
    ['nothing in the list', () => [null], /directive 1 is of the data source "undefined"; there are: default/],
    ['another data source', (found) => [{ ...found, dataSource: 'other' }], /the data source "other"/],
    ['no way back', ({ downgrade: _downgrade, ...found }) => [found], /"downgrade" of directive 1 is no list/],
    ['an unknown operation', (found) => [{ ...found, upgrade: [{ kind: 'dropTabel', table }] }], /kind "dropTabel"/],
    [
      'half an operation',
      (found) => [{ ...found, upgrade: [{ kind: 'addColumn', table }] }],
      /operation 1 in "upgrade"/,
    ],
  ])('processRevisionDirectives is refused when it gives %s, and no file is written', async (_what, give, problem) => {
    const processRevisionDirectives = ([found]: readonly RevisionDirective[]): never => give(found!) as never;
    await inRepository({ processRevisionDirectives }, async (migrations) => {
      await expect(migrations.migrate()).rejects.toThrow(problem);
      await expect(migrations.migrate()).rejects.toMatchObject({ code: 'REVISION_DIRECTIVES' });
      expect(await migrations.history()).toEqual([]);
    });
  });

  it('processRevisionDirectives writes no revision at all when it gives none, and check finds nothing', async () => {
    await inRepository({ processRevisionDirectives: () => [] }, async (migrations) => {
      expect(await migrations.migrate()).toEqual([]);
      expect(await migrations.check()).toEqual([]);
    });
  });

  it('check finds what processRevisionDirectives leaves, as migrate would write it', async () => {
    const processRevisionDirectives: MigrateModuleOptions['processRevisionDirectives'] = (directives) =>
      directives.map((directive) => ({
        ...directive,
        upgrade: directive.upgrade.filter((operation) => operation.kind !== 'dropTable'),
      }));
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await dataSource.query('CREATE TABLE other (id integer)');
        expect((await migrations.check()).map(({ kind }) => kind)).toEqual(['createTable']);
        await migrations.migrate();
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
      },
      { entities: [note], migrate: { processRevisionDirectives } },
    );
  });
});
