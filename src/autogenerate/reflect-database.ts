import { cutName, type NameRules } from '../schema/name-rules.js';
import {
  emptySchema,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../schema/schema.model.js';
import { unmanagedNames } from '../schema/unmanaged.js';
import type { AutogenerateRequest } from './request.js';
import { typeormTables, recordsMigrations } from './compare/typeorm-tables.js';
import { visibleSchema } from './compare/inclusion.js';

/** How many schemas are read that may be the old name of a missing one. Nobody answers questions about more. */
const MOST_ALIKE = 3;

/**
 * The part of the database that is compared: the data source's own schema, and those that entities and options name.
 *
 * Of a schema that only the revisions name it is the tables and views that they created there: when the last entity of a schema is
 * removed, its tables must still be dropped.
 */
export async function reflectDatabase(
  request: AutogenerateRequest,
  wantedAsWritten: SchemaModel,
): Promise<SchemaModel> {
  const ownSchema = request.dialect.entityRules.defaultSchema(request.dataSource);
  const named = [...wantedAsWritten.schemas, ...(request.options.includeSchemas ?? [])].filter(
    (name) => name !== ownSchema,
  );
  const fromRevisions = (request.namedByRevisions ?? []).filter(
    ({ schema }) => schema !== undefined && schema !== ownSchema && !named.includes(schema),
  );
  const schema = await reflect(request, wantedAsWritten, [
    ...new Set([...named, ...fromRevisions.flatMap(({ schema }) => schema ?? [])]),
  ]);
  return fromRevisions.length === 0 ? schema : withoutOthers(schema, fromRevisions, request.dialect.rules);
}

/** The model without the tables and views of others in schemas that only the revisions name. */
function withoutOthers(
  model: SchemaModel,
  fromRevisions: readonly QualifiedName[],
  { nameLimit }: NameRules,
): SchemaModel {
  const schemas = new Set(fromRevisions.map(({ schema }) => schema));
  const names = new Set(
    fromRevisions.map(({ schema, name }) =>
      qualifiedKey({ ...(schema && { schema }), name: cutName(name, nameLimit) }),
    ),
  );
  const kept = <T extends QualifiedName>(members: readonly T[]): readonly T[] =>
    members.filter((member) => !schemas.has(member.schema) || names.has(qualifiedKey(member)));
  return { ...model, tables: kept(model.tables), views: kept(model.views) };
}

/**
 * The schemas that are not compared, but may be the old name of one that the entities want and the database lacks.
 *
 * Read are those that a rename names, and, unless `detectRenames` is false, those with the most tables of the missing schema.
 *
 * @param seen what `reflectDatabase` found
 */
export async function reflectElsewhere(
  request: AutogenerateRequest,
  wantedAsWritten: SchemaModel,
  seen: SchemaModel,
): Promise<SchemaModel> {
  const { dialect, runner, options } = request;
  const missing = wantedAsWritten.schemas.filter((name) => !seen.schemas.includes(name));
  const given = [...(options.renames ?? []), ...(options.renameHints ?? [])];
  const isNamed = wantedAsWritten.schemas.some((name) => given.some((rename) => rename.endsWith(`:${name}`)));
  if (missing.length === 0 && !isNamed) return emptySchema;
  const kept = new Set([...wantedAsWritten.schemas, ...seen.schemas, ...fixedSchemasOf(request)]);
  const others = (await dialect.schemas(runner)).filter(
    (name) => !kept.has(name) && options.includeName?.(name, 'schema', {}) !== false,
  );
  const named = others.filter((name) => given.some((rename) => rename.startsWith(`${name}:`)));
  const alike = options.detectRenames === false ? [] : await alikeSchemas(request, wantedAsWritten, missing, others);
  const schemas = [...new Set([...named, ...alike])];
  if (schemas.length === 0) return emptySchema;
  return onlyOf(await reflect(request, wantedAsWritten, schemas), schemas);
}

/** Schemas that keep their names: those with the version table and its history. */
export function fixedSchemasOf({ exclude }: Pick<AutogenerateRequest, 'exclude'>): readonly string[] {
  return exclude.flatMap(({ schema }) => schema ?? []);
}

/** Schemas with tables of the same names as those of missing schemas. There may be hundreds of schemas: only these are read in full. */
async function alikeSchemas(
  { dialect, runner, exclude }: AutogenerateRequest,
  { tables }: SchemaModel,
  missing: readonly string[],
  others: readonly string[],
): Promise<readonly string[]> {
  const wanted = missing.map((schema) => tables.filter((table) => table.schema === schema).map(({ name }) => name));
  if (others.length === 0 || missing.length === 0) return [];
  const found = await dialect.reflect(runner, { schemas: others, exclude, tables: wanted.flat() });
  return wanted.flatMap((names) =>
    others
      .map((schema) => ({
        schema,
        shared: found.tables.filter((table) => table.schema === schema && names.includes(table.name)).length,
      }))
      .filter(({ shared }) => shared > 0 && shared >= names.length / 2)
      .sort((one, other) => other.shared - one.shared)
      .slice(0, MOST_ALIKE)
      .map(({ schema }) => schema),
  );
}

function onlyOf(model: SchemaModel, schemas: readonly string[]): SchemaModel {
  const within = <T extends QualifiedName>(members: readonly T[]): readonly T[] =>
    members.filter(({ schema }) => schema !== undefined && schemas.includes(schema));
  return {
    ...emptySchema,
    schemas: model.schemas,
    tables: within(model.tables),
    views: within(model.views),
    enums: within(model.enums),
    sequences: within(model.sequences),
  };
}

async function reflect(
  { dataSource, dialect, runner, options, exclude }: AutogenerateRequest,
  wantedAsWritten: SchemaModel,
  schemas: readonly string[],
): Promise<SchemaModel> {
  const rules = dialect.entityRules;
  const ours = new Set([...wantedAsWritten.tables, ...wantedAsWritten.views].map(qualifiedKey));
  const left = [...typeormTables(dataSource, rules), ...unmanagedNames(dataSource, rules)];
  const alien = [...exclude, ...left.filter((name) => !ours.has(qualifiedKey(name)))];
  const schema = await dialect.reflect(runner, { schemas, exclude: alien });
  const isAlien = new Set(alien.map(qualifiedKey));
  const views = schema.views.filter((view) => !isAlien.has(qualifiedKey(view)));
  const tables = await withoutRecords(schema.tables, ours, { dialect, runner });
  return visibleSchema({ ...schema, tables, views }, options.includeName);
}

/** Tables that record migrations are left out, unless an entity describes them. */
async function withoutRecords(
  tables: readonly TableModel[],
  wanted: ReadonlySet<string>,
  { dialect, runner }: Pick<AutogenerateRequest, 'dialect' | 'runner'>,
): Promise<readonly TableModel[]> {
  const kept: TableModel[] = [];
  for (const table of tables) {
    const isRecord = !wanted.has(qualifiedKey(table)) && (await recordsMigrations(table, dialect, runner));
    if (!isRecord) kept.push(table);
  }
  return kept;
}
