import { type Entity, table } from '../changes/change.js';
import { Workbench } from '../changes/workbench.js';

const columns = { x: { type: 'int' }, y: { type: 'int' } } as const;
const indexed = (column: string, name: string): Entity =>
  table('a', columns, { indices: [{ name, columns: [column] }] });

/** Makes a table, and an index on it by hand, and writes the revision that gives the table what the entity has. */
async function scripts(
  after: Entity,
  work: (script: (direction: 'upgrade' | 'downgrade') => Promise<string | undefined>) => Promise<void>,
): Promise<void> {
  await Workbench.use('sqlite', async (bench) => {
    const first = await bench.stage([table('a', columns)], async ({ migrations, dataSource }) => {
      await migrations.init();
      const [revision] = await migrations.migrate({ message: 'first' });
      await migrations.upgrade();
      await dataSource.query('CREATE INDEX hx ON a (x)');
      return revision?.revision;
    });
    await bench.stage([after], async ({ migrations }) => {
      await migrations.migrate({ message: 'second' });
      await work(async (direction) => {
        const range = direction === 'upgrade' ? `${first}:head` : 'head:-1';
        const [result] = await migrations[direction](range, { sql: true });
        return result?.sql;
      });
    });
  });
}

const about = (index: string) => ({
  code: 'MIGRATION_FAILED',
  cause: expect.objectContaining({
    code: 'SCRIPT_MEMBER',
    table: 'a',
    what: 'index',
    member: index,
    message: `The script depends on the index '${index}' of table 'a', which is not known without the database: no operation of the script or of the revisions before it makes it, or what was renamed to it. If the database has it, that was made by hand or with raw SQL.`,
  }) as unknown,
  hint: expect.stringContaining('Run it online') as unknown,
});

describe('a script of a revision that changes an index made by hand', () => {
  it('says that it does not know the index which the revision drops, and can make it again on the way down', async () => {
    await scripts(indexed('y', 'iy'), async (script) => {
      await expect(script('upgrade')).rejects.toMatchObject(about('hx'));
      const down = await script('downgrade');
      expect(down).toContain('DROP INDEX "iy"');
      expect(down).toContain('CREATE INDEX "hx" ON "a" ("x")');
    });
  });

  it('says so on the way down, too, of the one that the revision renames', async () => {
    await scripts(indexed('x', 'ix'), async (script) => {
      await expect(script('upgrade')).rejects.toMatchObject(about('hx'));
      await expect(script('downgrade')).rejects.toMatchObject(about('ix'));
    });
  });
});
