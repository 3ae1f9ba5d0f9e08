import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { temporaryDirectory } from '../../../../test/support/application.js';
import { MigrateModule, MigrationService } from '../../../index.js';

let repository: ReturnType<typeof temporaryDirectory>;
beforeEach(() => (repository = temporaryDirectory()));
afterEach(() => repository.remove());

async function withService<T>(dataSource: DataSource, work: (migrations: MigrationService) => Promise<T>): Promise<T> {
  const { directory } = repository;
  const module = await Test.createTestingModule({
    imports: [MigrateModule.forRoot({ directory, dataSources: [{ dataSource }] })],
  }).compile();
  const migrations = module.get(MigrationService);
  try {
    await migrations.init();
    await migrations.revision({ message: 'first', revId: 'a1' });
    return await work(migrations);
  } finally {
    await migrations.close();
    await module.close();
  }
}

const closed = (options: object): DataSource =>
  new DataSource({ type: 'better-sqlite3', ...options } as unknown as DataSourceOptions);

describe('a SQLite database without a name', () => {
  it.each([
    ['an empty text', { database: '' }, 'is an empty text'],
    ['spaces', { database: '  ' }, 'is an empty text'],
    ['undefined', { database: undefined }, 'is undefined'],
    ['null', { database: null }, 'is null'],
    ['not there', {}, 'is undefined'],
  ])('is refused before anything runs: %s', async (_, options, given) => {
    await withService(closed(options), async (migrations) => {
      await expect(migrations.upgrade()).rejects.toMatchObject({
        code: 'DATA_SOURCE_INVALID',
        message: expect.stringMatching(
          new RegExp(`\`database\` ${given} in its options.* temporary database`),
        ) as string,
        hint: expect.stringMatching(/--env-file[^]*:memory:/) as string,
      });
    });
  });

  it('is not meant by :memory: and the path of a file, which run', async () => {
    const file = join(repository.directory, '..', 'shop.sqlite');
    for (const database of [':memory:', file]) {
      const dataSource = closed({ database });
      await withService(dataSource, async (migrations) => {
        await migrations.upgrade();
        expect(await migrations.current()).toMatchObject([{ revisions: [{ revision: 'a1' }] }]);
      });
      repository.remove();
      repository = temporaryDirectory();
    }
  });

  it('is no error for sql.js, which has no such option', async () => {
    await withService(new DataSource({ type: 'sqljs' }), async (migrations) => {
      await migrations.upgrade();
      expect(await migrations.current()).toMatchObject([{ revisions: [{ revision: 'a1' }] }]);
    });
  });

  it('is warned of where the application has it open', async () => {
    const dataSource = await closed({ database: '' }).initialize();
    await withService(dataSource, async (migrations) => {
      const messages: string[] = [];
      await migrations.with({ onNotice: ({ message }) => messages.push(message) }).current();
      expect(messages).toEqual([expect.stringMatching(/`database` is an empty text .*: this is a temporary database/)]);
    });
    await dataSource.destroy();
  });
});
