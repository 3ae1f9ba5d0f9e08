import { DataSource, type DataSourceOptions, type EntityMetadata } from 'typeorm';
import { typeormDifferences } from '../roundtrip/round-trip.js';
import { databaseMakers } from '../support/databases.js';
import type { DialectName, Entity } from './change.js';

/** A row of the table in which TypeORM keeps the expressions of views and generated columns; only `synchronize` fills it. */
interface Note {
  readonly type: string;
  readonly schema: string | null;
  readonly table: string | null;
  readonly name: string;
  readonly value: string;
}

/** A schema that TypeORM made: its notes, and the statements that it would run next all the same. */
interface Synchronized {
  readonly notes: readonly Note[];
  readonly differences: readonly string[];
}

/** The names of what a case makes by hand: TypeORM drops it. */
const BY_HAND = /\bhand_/;

/**
 * Asserts that TypeORM's own comparison finds no difference in a database that it would not find after its own
 * `synchronize` of the same entities.
 *
 * @param failure the message with which `synchronize` fails, where it cannot make the schema.
 */
export async function expectTypeormAgrees(
  dataSource: DataSource,
  entities: readonly Entity[],
  dialect: DialectName,
  failure?: RegExp,
): Promise<void> {
  if (failure !== undefined) {
    await expect(synchronized(dialect, entities)).rejects.toThrow(failure);
    return;
  }
  const needsNotes = dataSource.entityMetadatas.some(hasNote);
  if (!needsNotes && (await differencesIn(dataSource)).length === 0) return;
  const theirs = await synchronized(dialect, entities);
  expect(await differencesWith(dataSource, theirs.notes)).toEqual(theirs.differences);
}

/** Has TypeORM make the schema in a database of its own. */
async function synchronized(dialect: DialectName, entities: readonly Entity[]): Promise<Synchronized> {
  const database = await databaseMakers[dialect]();
  const dataSource = new DataSource({ ...database.options, entities: [...entities] } as DataSourceOptions);
  try {
    await dataSource.initialize();
    // TypeORM makes no schemas.
    const schemas = dataSource.entityMetadatas.flatMap(({ schema }) => schema ?? []);
    for (const schema of new Set(schemas)) await dataSource.query(`CREATE SCHEMA "${schema}"`);
    await dataSource.synchronize();
    const notes = dataSource.entityMetadatas.some(hasNote)
      ? await dataSource.query('SELECT type, "schema", "table", name, value FROM typeorm_metadata')
      : [];
    return { notes, differences: await differencesIn(dataSource) };
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await database.drop();
  }
}

async function differencesIn(dataSource: DataSource): Promise<string[]> {
  return (await typeormDifferences(dataSource)).filter((sql) => !BY_HAND.test(sql));
}

function hasNote({ tableType, columns }: EntityMetadata): boolean {
  return tableType === 'view' || columns.some(({ generatedType }) => generatedType !== undefined);
}

/** What TypeORM finds in a database once its notes are there; they are removed again. */
async function differencesWith(dataSource: DataSource, notes: readonly Note[]): Promise<string[]> {
  if (notes.length === 0) return differencesIn(dataSource);
  const { database } = dataSource.driver;
  await dataSource.query(
    'CREATE TABLE typeorm_metadata (type varchar, database varchar, "schema" varchar, "table" varchar, name varchar, value text)',
  );
  try {
    for (const note of notes) {
      const row = [note.type, database, note.schema, note.table, note.name, note.value];
      await dataSource.query(`INSERT INTO typeorm_metadata VALUES (${row.map(literal).join(', ')})`);
    }
    return await differencesIn(dataSource);
  } finally {
    await dataSource.query('DROP TABLE typeorm_metadata');
  }
}

function literal(value: string | null | undefined): string {
  return value == null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
}
