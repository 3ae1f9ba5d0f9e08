import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { compare, type Entities, run, withDataSource } from './round-trip.js';

/** Only a decorator says that an index is to be built concurrently. */
function event(unique: boolean, columns: string[]): new () => object {
  class Event {
    id!: number;
    code!: number;
  }
  Entity('event')(Event);
  PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'event_pkey' })(Event.prototype, 'id');
  Column({ type: 'int' })(Event.prototype, 'code');
  Index('ix', columns, { concurrent: true, unique })(Event);
  return Event;
}

describe('an index that is to be built concurrently on a partitioned table', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  it.each<[string, string, Entities]>([
    ['is new', '', [event(false, ['code'])]],
    ['is new and unique', '', [event(true, ['id', 'code'])]],
    ['changes', 'CREATE INDEX ix ON event (id)', [event(false, ['code'])]],
  ])('is built in the transaction, with a warning, where it %s', async (_how, sql, entities) => {
    await withDataSource(database, entities, async (dataSource) => {
      await dataSource.query(`
        CREATE TABLE event (id int NOT NULL CONSTRAINT event_pkey PRIMARY KEY, code int NOT NULL) PARTITION BY RANGE (id);
        CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (9); ${sql}`);
      const { operations, warnings } = await compare(dataSource);
      expect(warnings.map(({ message }) => message)).toContainEqual(
        'the index "ix" is not built concurrently, since "event" is partitioned: nothing can be written to the table meanwhile',
      );
      await run(dataSource, operations);
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });
});
