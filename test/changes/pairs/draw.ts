import * as fc from 'fast-check';
import type { DialectName } from '../change.js';
import type {
  DrawnColumn,
  DrawnColumns,
  DrawnIndex,
  DrawnPair,
  DrawnReference,
  DrawnSchema,
  DrawnTable,
  DrawnView,
} from './drawn-schema.js';
import { FAMILIES, familyOf } from './families.js';
import { type Renaming, TABLES } from './names.js';

const columnName = fc.constantFrom(...FAMILIES);
/** PostgreSQL has no order for JSON. */
const indexedName = fc.constantFrom(...FAMILIES.filter((name) => name !== 'document'));
const comment = fc.constantFrom('', '', 'one', "it's");
const rarely = fc.constantFrom(false, false, false, true);

function column(family: string, dialect: DialectName): fc.Arbitrary<DrawnColumn> {
  const { shapes, default: value } = familyOf(family);
  return fc
    .tuple(fc.constantFrom(...shapes[dialect]), fc.boolean(), fc.boolean(), comment)
    .map(([shape, nullable, hasDefault, comment]) => ({
      ...shape,
      nullable,
      // Without a default no row could get a value when the column is new, or held NULL.
      ...((hasDefault || !nullable) && !shape.generated && { default: value(shape) as string }),
      ...(comment !== '' && { comment }),
    }));
}

/** Columns with the name of their family, behind the prefix. */
function columns(dialect: DialectName, maxLength: number, prefix = ''): fc.Arbitrary<DrawnColumns> {
  return fc
    .uniqueArray(columnName, { maxLength })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [prefix + name, column(name, dialect)]))));
}

function children(dialect: DialectName): fc.Arbitrary<Readonly<Record<string, DrawnColumns>>> {
  const kinds = fc.subarray(['kid', 'Pet'], { minLength: 1 });
  const some = kinds.chain((names) =>
    fc.record(Object.fromEntries(names.map((name) => [name, columns(dialect, 2, `${name}.`)]))),
  );
  return fc.oneof({ arbitrary: fc.constant({}), weight: 3 }, some);
}

const reference: fc.Arbitrary<DrawnReference> = fc.record({
  target: fc.constantFrom(...TABLES),
  type: fc.constantFrom('many-to-one', 'many-to-one', 'one-to-one'),
  onDelete: fc.constantFrom('CASCADE', 'SET NULL', 'NO ACTION'),
  onUpdate: fc.constantFrom('CASCADE', undefined),
  deferrable: fc.constantFrom('INITIALLY DEFERRED', 'INITIALLY IMMEDIATE', undefined),
  createForeignKeyConstraints: rarely.map((isMissing) => !isMissing),
});

const index: fc.Arbitrary<DrawnIndex> = fc.record({
  name: fc.constantFrom('ix one', 'ix_two'),
  column: indexedName,
  where: fc.boolean(),
  unique: fc.boolean(),
  type: fc.constantFrom('hash', undefined, undefined),
});

const view: fc.Arbitrary<DrawnView | undefined> = fc.option(
  fc.record({ materialized: fc.boolean(), indexed: fc.boolean(), isRead: fc.boolean() }),
  { nil: undefined },
);

function drawnTable(dialect: DialectName): fc.Arbitrary<DrawnTable> {
  const drawn: fc.Arbitrary<DrawnTable> = fc.record({
    standsElsewhere: rarely,
    comment,
    columns: columns(dialect, 6),
    key: fc.constantFrom('increment', 'big increment', 'identity', 'strict identity', 'plain'),
    hasNamedKey: rarely,
    withoutRowid: rarely,
    isWide: rarely,
    generated: fc.constantFrom('', '', 'id * 2', 'id + 1', 'of a column', 'plain'),
    generatedType: fc.constantFrom('STORED', 'STORED', 'VIRTUAL'),
    isDated: rarely,
    refersTo: fc.uniqueArray(reference, { maxLength: 2, selector: ({ target }) => target }),
    joins: fc.option(fc.constantFrom(...TABLES), { nil: undefined }),
    uniques: fc.uniqueArray(fc.record({ column: indexedName, isDeferred: rarely }), {
      maxLength: 2,
      selector: ({ column }) => column,
    }),
    indexes: fc.uniqueArray(index, { maxLength: 2, selector: ({ name }) => name }),
    checks: fc.uniqueArray(fc.record({ name: fc.constantFrom('ck one', 'ck_two'), column: columnName }), {
      maxLength: 2,
      selector: ({ name }) => name,
    }),
    comparesValues: fc.boolean(),
    exclusion: fc.constantFrom('', '', 'plain', 'deferred'),
    children: children(dialect),
    tree: fc.constantFrom('', '', '', 'closure-table', 'nested-set', 'materialized-path'),
    view,
    isTouched: rarely,
  });
  // TypeORM makes no closure table for an entity with children.
  return drawn.map((table) => (table.tree === '' ? table : { ...table, children: {} }));
}

function drawnSchema(dialect: DialectName): fc.Arbitrary<DrawnSchema> {
  return fc
    .uniqueArray(fc.constantFrom(...TABLES), { minLength: 1, maxLength: TABLES.length })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, drawnTable(dialect)]))));
}

/** Mostly nothing: a rename takes much along, which would hide what else is to be done. */
const renaming: fc.Arbitrary<Renaming> = fc.record({
  tables: fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, fc.subarray(TABLES)),
  columns: fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, fc.subarray(FAMILIES)),
});

/** A pair of schemas for a database. */
export function drawnPair(dialect: DialectName): fc.Arbitrary<DrawnPair> {
  return fc.record({
    before: drawnSchema(dialect),
    after: drawnSchema(dialect),
    renaming,
    isSynchronized: fc.constantFrom(true, false, false),
  });
}
