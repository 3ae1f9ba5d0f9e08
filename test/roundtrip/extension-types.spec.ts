import { EntitySchema } from 'typeorm';
import { dialectOf } from '../../src/dialects/index.js';
import { parseType, typeText } from '../../src/dialects/postgres/types.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { offlineContext } from '../support/postgres-database.js';
import { compare, run, withDataSource } from './round-trip.js';

/** Types of extensions that need not be installed where the tests run: what is sure without them is tested here. */
const place = new EntitySchema({
  name: 'place',
  columns: {
    id: { type: 'int', primary: true },
    at: { type: 'geometry', spatialFeatureType: 'Point', srid: 4326 },
    any: { type: 'geometry', nullable: true },
    area: { type: 'geography', spatialFeatureType: 'PolygonZ', nullable: true },
    embedding: { type: 'vector', length: 3, nullable: true },
    half: { type: 'halfvec', length: 4, nullable: true },
  },
  indices: [{ name: 'ix_at', columns: ['at'], spatial: true }],
});

describe('types of PostGIS and pgvector', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  it('are written as the extensions write them, after an operation that brings the extension', async () => {
    await withDataSource(
      database,
      [place],
      async (dataSource) => {
        const { operations, downgrade } = await compare(dataSource);
        expect(operations.slice(0, -1)).toEqual([
          { kind: 'createExtension', name: 'postgis' },
          { kind: 'createExtension', name: 'vector' },
        ]);
        expect(downgrade.slice(1).map(({ kind }) => kind)).toEqual(['dropExtension', 'dropExtension']);
        const [table, index] = await dialectOf(dataSource).compile(operations.at(-1)!, offlineContext);
        expect(table?.sql.split('\n').slice(1, -1)).toEqual([
          '  "id" integer NOT NULL,',
          '  "at" geometry(Point,4326) NOT NULL,',
          '  "any" geometry,',
          '  "area" geography(PolygonZ,4326),',
          '  "embedding" vector(3),',
          '  "half" halfvec(4),',
          expect.stringMatching(/^ {2}CONSTRAINT "PK_\w+" PRIMARY KEY \("id"\)$/),
        ]);
        expect(index?.sql).toBe('CREATE INDEX "ix_at" ON "place" USING gist ("at")');
      },
      { installExtensions: false },
    );
  });

  it.each(['geometry(Point,4326)', 'geometry', 'geography(PolygonZ,4326)', 'vector(3)', 'halfvec(4)'])(
    'are printed as they were parsed: %s',
    (text) => expect(typeText(parseType(text))).toBe(text),
  );

  it('fail with the name of an extension that the server does not have', async () => {
    const name = 'an_extension_that_nobody_has';
    await withDataSource(database, [], async (dataSource) => {
      // Before PostgreSQL 15 it is named by the file that is not there.
      await expect(run(dataSource, [{ kind: 'createExtension', name }])).rejects.toThrow(name);
    });
  });
});
