import type { EntityManager, QueryRunner } from 'typeorm';
import { createOperations } from './builder.js';
import type { TypeormHistory } from './typeorm-migrations.js';

async function asked(migrations: unknown): Promise<TypeormHistory | undefined> {
  let history: TypeormHistory | undefined;
  const { op } = createOperations({
    context: { dataSource: 'default', dialect: 'sqlite', xArgs: {}, offline: false },
    queryRunner: {} as QueryRunner,
    manager: {} as EntityManager,
    apply: () => Promise.resolve(),
    autocommit: (fn) => fn(),
    typeorm: async (_direction, given) => void (history = given),
    get: () => Promise.reject(new Error('no providers here')),
  });
  await op.runTypeormMigrations(migrations as TypeormHistory);
  return history;
}

describe('op.runTypeormMigrations', () => {
  it("has TypeORM's defaults", async () => {
    expect(await asked({ classes: [{ name: 'A1' }] })).toEqual({
      table: 'migrations',
      transaction: 'all',
      folders: [],
      allowUnknown: false,
      classes: [{ name: 'A1' }],
    });
  });

  it.each([
    ['nothing', undefined, 'an object'],
    ['an unknown field', { tables: 'x', classes: [] }, "unknown field 'tables'"],
    ['a mode that TypeORM does not have', { transaction: 'some', classes: [] }, "'EACH'"],
    ['a class without a name', { classes: [{ file: 'a' }] }, "'name'"],
    ['a class as a plain text', { classes: ['A1'] }, 'an object'],
    ['a class twice', { classes: [{ name: 'A1' }, { name: 'A1' }] }, 'A1 twice'],
    ['a folder that is no text', { folders: [1], classes: [] }, "'folders'"],
  ])('refuses %s', async (_what, migrations, text) => {
    await expect(asked(migrations)).rejects.toThrow(text);
  });
});
