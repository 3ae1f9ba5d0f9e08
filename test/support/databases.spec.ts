import { DataSource } from 'typeorm';
import { databases } from './databases.js';

describe.each(databases)('a test database on %s', (_name, make) => {
  it('answers a query and goes away', async () => {
    const database = await make();
    const dataSource = await new DataSource(database.options).initialize();
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await dataSource.destroy();
    await database.drop();
  });
});
