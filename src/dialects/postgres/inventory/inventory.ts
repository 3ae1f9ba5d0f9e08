import type { QueryRunner } from 'typeorm';
import { qualifiedKey, type SchemaModel } from '../../../schema/schema.model.js';
import type { DatabaseObject, Inventory, InventoryScope, LeftOut } from '../../inventory.js';
import { RANKS } from '../../inventory.js';
import { identifier } from '../names.js';
import { omitOwnSchema } from '../reflect/search-path.js';
import { reflect } from '../reflect/reflect.js';
import { inScratch } from '../reflect/scratch.js';
import { attached } from './attached.js';
import { type Catalog, relationId, sqlObject } from './catalog.js';
import { comments } from './comments.js';
import { Dependencies } from './dependencies.js';
import { languages } from './languages.js';
import { absentObjects, outsideOfSchemas, strangers } from './left-out.js';
import { readMembers } from './members.js';
import { operators } from './operators.js';
import { type Needs, withAttachments } from './partitions.js';
import { privileges } from './privileges.js';
import { readColumns, readRelations, type RelationRow } from './relations.js';
import { routines } from './routines.js';
import { readSequences, type SequenceRow } from './sequences.js';
import { surroundings } from './surroundings.js';
import { tableObjects } from './tables.js';
import { baseTypes, types } from './types.js';
import { viewObjects } from './views.js';

/** Everything in the own schema and those of the scope, and the objects without a schema. */
export async function inventory(runner: QueryRunner, scope: InventoryScope): Promise<Inventory> {
  const model = await reflect(runner, scope);
  return inScratch(runner, async () => {
    const own = await omitOwnSchema(runner);
    const [{ written }] = (await runner.query('SELECT quote_ident($1) AS written', [own])) as [{ written: string }];
    const schemas = [...new Set([own, ...scope.schemas.map(identifier)])];
    return inventoryOf({ runner, own, ownWritten: written, schemas }, model, scope);
  });
}

async function inventoryOf(catalog: Catalog, model: SchemaModel, scope: InventoryScope): Promise<Inventory> {
  const relations = await readRelations(catalog);
  const hidden = hiddenRelations(catalog, relations, scope);
  const kept = scope.exclude.flatMap(({ schema }) => schema ?? []);
  const leftOut: LeftOut[] = [...(await baseTypes(catalog)), ...foreignTables(relations)];
  const found = [
    ...(await surroundings(catalog, model.enums, kept)),
    ...(await types(catalog)),
    ...(await languages(catalog)),
    ...(await routines(catalog)),
    ...(await operators(catalog)),
    ...(await relationObjects(catalog, relations, model)),
    ...(await attached(catalog, relations)),
  ].filter((object) => !isHidden(object, hidden));
  const dependencies = await Dependencies.read(catalog);
  const known = knownIds(found, leftOut);
  const modelled = new Set(found.flatMap(({ kind, id }) => (kind === 'table' ? [id] : [])));
  const remarks = await comments(
    catalog,
    (id) => dependencies.homeOf(id, known),
    (id) => modelled.has(id),
  );
  const names = relations.flatMap(({ oid, written }) => (hidden.has(relationId(oid)) ? [written] : []));
  const others = await strangers(catalog, (id) => hidden.has(id) || dependencies.homeOf(id, known) !== undefined);
  const named = new Set([...known, ...others.flatMap(({ id }) => id ?? [])]);
  const absent = await absentObjects(catalog, dependencies.missing(named));
  const noted = dependencies.needs(new Set([...named, ...absent.map(({ id }) => id)]));
  const needs = withAttachments(noted, found);
  return {
    objects: [...found, ...remarks].map((object) => withNeeds(object, needs)),
    absent,
    leftOut: [...leftOut, ...others, ...(await outsideOfSchemas(catalog)), ...(await privileges(catalog, names))],
  };
}

/** The excluded tables, with what belongs to them. */
function hiddenRelations(
  { own }: Catalog,
  relations: readonly RelationRow[],
  { exclude }: InventoryScope,
): ReadonlySet<string> {
  const names = new Set(
    exclude.map(({ schema = own, name }) => qualifiedKey({ schema: identifier(schema), name: identifier(name) })),
  );
  return new Set(relations.filter((row) => names.has(qualifiedKey(row))).map(({ oid }) => relationId(oid)));
}

function isHidden({ id, partOf, needs }: DatabaseObject, hidden: ReadonlySet<string>): boolean {
  return hidden.has(id) || (partOf !== undefined && hidden.has(partOf)) || needs.some((need) => hidden.has(need));
}

async function relationObjects(
  catalog: Catalog,
  relations: readonly RelationRow[],
  model: SchemaModel,
): Promise<readonly DatabaseObject[]> {
  const columns = by(await readColumns(catalog), ({ relation }) => relation);
  const members = by(await readMembers(catalog), ({ relation }) => relation);
  const all = await readSequences(catalog);
  const sequences = by(all, ({ relation }) => relation ?? 0);
  const key = ({ schema, name }: RelationRow): string =>
    qualifiedKey(schema === catalog.own ? { name } : { schema, name });
  const tables = new Map(model.tables.map((table) => [qualifiedKey(table), table]));
  const views = new Map(model.views.map((view) => [qualifiedKey(view), view]));
  return [
    ...relations.flatMap((relation) => {
      const rows = { catalog, relation, columns: columns(relation.oid), members: members(relation.oid) };
      const view = views.get(key(relation));
      if (view !== undefined) return viewObjects({ ...rows, indices: rows.members }, view);
      if (relation.kind !== 'r' && relation.kind !== 'p') return [];
      const parentMembers = members(relation.parentOid ?? 0);
      return tableObjects({ ...rows, sequences: sequences(relation.oid), parentMembers }, tables.get(key(relation)));
    }),
    ...all.filter(({ relation }) => relation === null).map((row) => freeSequence(catalog, row, model)),
  ];
}

/** A sequence that no column owns. */
function freeSequence(catalog: Catalog, row: SequenceRow, { sequences }: SchemaModel): DatabaseObject {
  const { schema, name, description, written, options } = row;
  const sequence = sequences.find((found) => found.name === name && (found.schema ?? catalog.own) === schema);
  if (row.isInModel && sequence !== undefined) {
    return { kind: 'sequence', id: relationId(row.oid), needs: [], description, rank: RANKS.sequence, sequence };
  }
  const kind = row.isUnlogged ? 'UNLOGGED SEQUENCE' : 'SEQUENCE';
  const upgrade = [`CREATE ${kind} ${written} ${options}`];
  const downgrade = [`DROP SEQUENCE ${written}`];
  const object = { class: 'pg_class', oid: row.oid, schema, description, upgrade, downgrade };
  return sqlObject(catalog, object, RANKS.sequence);
}

function foreignTables(relations: readonly RelationRow[]): readonly LeftOut[] {
  return relations
    .filter(({ kind }) => kind === 'f')
    .map(({ oid, description }) => ({
      id: relationId(oid),
      description,
      reason: 'its server is another one for every database',
    }));
}

function by<Row>(rows: readonly Row[], keyOf: (row: Row) => number): (key: number) => readonly Row[] {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return (key) => groups.get(key) ?? [];
}

function knownIds(objects: readonly DatabaseObject[], leftOut: readonly LeftOut[]): ReadonlySet<string> {
  const members = objects.flatMap((object) => (object.kind === 'table' ? object.members : []));
  return new Set([...objects, ...members, ...leftOut].flatMap(({ id }) => id ?? []));
}

function withNeeds(object: DatabaseObject, needs: Needs): DatabaseObject {
  const all = <T extends { readonly id: string; readonly needs: readonly string[] }>(placed: T): T => ({
    ...placed,
    needs: [...new Set([...placed.needs, ...(needs.get(placed.id) ?? [])])],
  });
  return object.kind === 'table' ? { ...all(object), members: object.members.map(all) } : all(object);
}
