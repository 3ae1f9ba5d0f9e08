import { EntitySchema } from 'typeorm';
import { MigrateError, type MigrationService } from '../../src/index.js';
import { createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const note = new EntitySchema({ name: 'note', columns: { id: { type: 'integer', primary: true } } });

/** Values that no argument takes, and those that some take. */
const WRONG: readonly unknown[] = [5, null, Number.NaN, Symbol('x'), {}, [5], true, () => true, 'text', '', []];

type Call = (migrations: MigrationService, value: never) => unknown;

const calls: readonly (readonly [string, Call])[] = [
  ...['message', 'head', 'splice', 'branchLabel', 'versionPath', 'revId', 'dependsOn'].map(ofMigrate),
  ...['renames', 'renameFile', 'sqlBody', 'detectRenames', 'confirmRename', 'autogenerate', 'sql'].map(ofMigrate),
  ['options of migrate', (migrations, value) => migrations.migrate(value)],
  ['options of revision', (migrations, value) => migrations.revision(value)],
  ['template', (migrations, value) => migrations.init({ template: value })],
  ['options of init', (migrations, value) => migrations.init(value)],
  ['target of upgrade', (migrations, value) => migrations.upgrade(value, { sql: true })],
  ['tag', (migrations, value) => migrations.upgrade('head', { tag: value })],
  ['sql', (migrations, value) => migrations.upgrade('head', { sql: value })],
  ['options of upgrade', (migrations, value) => migrations.upgrade('head', value)],
  ['target of downgrade', (migrations, value) => migrations.downgrade(value)],
  ['targets of stamp', (migrations, value) => migrations.stamp(value, { sql: true })],
  ['purge', (migrations, value) => migrations.stamp('head', { purge: value })],
  ['options of ensureVersion', (migrations, value) => migrations.ensureVersion(value)],
  ['revisions of merge', (migrations, value) => migrations.merge(value)],
  ['message of merge', (migrations, value) => migrations.merge('heads', { message: value })],
  ['options of current', (migrations, value) => migrations.current(value)],
  ['options of heads', (migrations, value) => migrations.heads(value)],
  ['range', (migrations, value) => migrations.history({ range: value })],
  ['options of history', (migrations, value) => migrations.history(value)],
  ['revision of show', (migrations, value) => migrations.show(value)],
  ['timeout', (migrations, value) => migrations.status({ timeout: value })],
  ['options of status', (migrations, value) => migrations.status(value)],
  ['directory', (migrations, value) => migrations.with({ directory: value }).heads()],
  ['xArgs', (migrations, value) => migrations.with({ xArgs: value }).upgrade()],
  ['dataSources', (migrations, value) => migrations.with({ dataSources: value }).upgrade()],
  ['onStep', (migrations, value) => migrations.with({ onStep: value }).upgrade()],
  ['options of with', (migrations, value) => migrations.with(value).upgrade()],
];

function ofMigrate(option: string): readonly [string, Call] {
  return [option, (migrations, value) => migrations.migrate({ [option]: value })];
}

describe('an argument of the wrong kind', () => {
  const scene = useScene(createSqliteDatabase);

  it.each(calls)('is an error of its own, or none: %s', async (_what, call) => {
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        for (const value of WRONG) {
          const error = await (async () => call(migrations, value as never))().catch((caught: unknown) => caught);
          if (error instanceof Error) expect({ value, error }).toEqual({ value, error: expect.any(MigrateError) });
        }
      },
      { entities: [note] },
    );
  });

  it('is named, with what it may be', async () => {
    await scene.inApplication(async (migrations) => {
      await expect(migrations.migrate({ message: 5 as never })).rejects.toMatchObject({
        code: 'MIGRATE_OPTIONS',
        message: "`migrate`: 'message' is 5; it must be a text.",
      });
      await expect(migrations.upgrade(null as never)).rejects.toThrow(
        "`upgrade`: 'target' is null; it must be a text.",
      );
      // It would empty the version table.
      await expect(migrations.stamp([])).rejects.toThrow(
        "`stamp`: 'targets' is a list; it must be a text, or a list with at least one.",
      );
      expect(() => migrations.with({ dataSources: 'default' as never })).toThrow(
        "`with`: 'dataSources' is 'default'; it must be a list of texts.",
      );
    });
  });
});
