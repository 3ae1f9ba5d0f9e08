import * as fc from 'fast-check';
import { PostgresDatabase } from '../../../test/support/postgres-database.js';
import { doBlock, literal } from './literal.js';
import { identifier, quote } from './names.js';

describe('SQL text on PostgreSQL', () => {
  let database: PostgresDatabase;
  beforeAll(async () => {
    database = await PostgresDatabase.create();
  });
  afterAll(() => database.drop());

  const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\u0000', ''));

  it('keeps every string', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        expect(await database.rows(`SELECT ${literal(value)}::text AS value`)).toEqual([{ value }]);
      }),
    );
  });

  it('runs a DO block whatever it quotes', async () => {
    const anything = fc.oneof(text, fc.constantFrom('$do$', '$do_$ $do$', '"$do$"', '$$', '$do'));
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        await database.run(doBlock(`BEGIN PERFORM set_config('test.text', ${literal(value)}, false); END`));
        expect(await database.rows(`SELECT current_setting('test.text') AS value`)).toEqual([{ value }]);
      }),
    );
  });

  it('cuts and quotes every name as the server does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .oneof(text, fc.string({ unit: 'binary', minLength: 50, maxLength: 80 }))
          .map((name) => `n${name.replaceAll('\u0000', '')}`),
        async (name) => {
          expect(Object.keys((await database.rows(`SELECT 1 AS ${quote(name)}`))[0] ?? {})).toEqual([identifier(name)]);
        },
      ),
    );
  });

  it.each([
    [null, 'text', null],
    [undefined, 'text', null],
    [true, 'boolean', true],
    [-1.5, 'float8', -1.5],
    [NaN, 'float8', NaN],
    [12345678901234567890n, 'numeric', '12345678901234567890'],
    [new Date('2024-02-03T04:05:06.789Z'), 'timestamptz', new Date('2024-02-03T04:05:06.789Z')],
    [Buffer.from([0, 255, 92]), 'bytea', Buffer.from([0, 255, 92])],
    [{ a: ["it's", '\\'] }, 'jsonb', { a: ["it's", '\\'] }],
    [['a "b"', null, 'NULL', '', '{}\\'], 'text[]', ['a "b"', null, 'NULL', '', '{}\\']],
    [
      [
        [1, 2],
        [3, 4],
      ],
      'int[]',
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ])('writes %p as a %s', async (value, type, expected) => {
    expect(await database.rows(`SELECT ${literal(value)}::${type} AS value`)).toEqual([{ value: expected }]);
  });
});
