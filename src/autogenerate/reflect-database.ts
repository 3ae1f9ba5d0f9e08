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

/** How many schemas are looked at that may be the old name of one. More would be asked about by no one. */
const MOST_ALIKE = 3;

/**
 * The database's schema as far as it is the entities' business. In a schema that only the revisions name that is what they
 * made there: when its last entity goes, nobody else would say so.
 */
export async function reflectDatabase(request: AutogenerateRequest, described: SchemaModel): Promise<SchemaModel> {
  const ownSchema = request.dialect.entityRules.defaultSchema(request.dataSource);
  const named = [...described.schemas, ...(request.options.includeSchemas ?? [])].filter((name) => name !== ownSchema);
  const made = (request.made ?? []).filter(
    ({ schema }) => schema !== undefined && schema !== ownSchema && !named.includes(schema),
  );
  const ofRevisions = made.flatMap(({ schema }) => schema ?? []);
  const schema = await reflect(request, described, [...new Set([...named, ...ofRevisions])]);
  return made.length === 0 ? schema : withoutOthers(schema, made, request.dialect.rules);
}

/** Without what others have in the schemas of these tables and views. */
function withoutOthers(model: SchemaModel, made: readonly QualifiedName[], { nameLimit }: NameRules): SchemaModel {
  const schemas = new Set(made.map(({ schema }) => schema));
  const known = new Set(
    made.map(({ schema, name }) => qualifiedKey({ ...(schema && { schema }), name: cutName(name, nameLimit) })),
  );
  const ours = <T extends QualifiedName>(members: readonly T[]): readonly T[] =>
    members.filter((member) => !schemas.has(member.schema) || known.has(qualifiedKey(member)));
  return { ...model, tables: ours(model.tables), views: ours(model.views) };
}

/**
 * What stands in schemas that are nobody's business, unless the entities want one that is missing: then it may be one of
 * them under its old name. Those are read that a rename names, and those most like it unless renames are not looked for.
 *
 * @param seen what `reflectDatabase` found
 */
export async function reflectElsewhere(
  request: AutogenerateRequest,
  described: SchemaModel,
  seen: SchemaModel,
): Promise<SchemaModel> {
  const { dialect, runner, options } = request;
  const missing = described.schemas.filter((name) => !seen.schemas.includes(name));
  const given = [...(options.renames ?? []), ...(options.renameHints ?? [])];
  const isNamed = described.schemas.some((name) => given.some((rename) => rename.endsWith(`:${name}`)));
  if (missing.length === 0 && !isNamed) return emptySchema;
  const kept = new Set([...described.schemas, ...seen.schemas, ...fixedSchemasOf(request)]);
  const others = (await dialect.schemas(runner)).filter(
    (name) => !kept.has(name) && options.includeName?.(name, 'schema', {}) !== false,
  );
  const named = others.filter((name) => given.some((rename) => rename.startsWith(`${name}:`)));
  const alike = options.detectRenames === false ? [] : await alikeSchemas(request, described, missing, others);
  const schemas = [...new Set([...named, ...alike])];
  if (schemas.length === 0) return emptySchema;
  return onlyOf(await reflect(request, described, schemas), schemas);
}

/** Schemas that keep their names: those with the tables of the runner. */
export function fixedSchemasOf({ exclude }: Pick<AutogenerateRequest, 'exclude'>): readonly string[] {
  return exclude.flatMap(({ schema }) => schema ?? []);
}

/** Schemas with tables of the same names as those that are missing; there may be hundreds, so that only these are read. */
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
  described: SchemaModel,
  schemas: readonly string[],
): Promise<SchemaModel> {
  const rules = dialect.entityRules;
  const ours = new Set([...described.tables, ...described.views].map(qualifiedKey));
  const left = [...typeormTables(dataSource), ...unmanagedNames(dataSource, rules)];
  const alien = [...exclude, ...left.filter((name) => !ours.has(qualifiedKey(name)))];
  const schema = await dialect.reflect(runner, { schemas, exclude: alien });
  const isAlien = new Set(alien.map(qualifiedKey));
  const views = schema.views.filter((view) => !isAlien.has(qualifiedKey(view)));
  const tables = await withoutRecords(schema.tables, ours, { dialect, runner });
  return visibleSchema({ ...schema, tables, views }, options.includeName);
}

async function withoutRecords(
  tables: readonly TableModel[],
  ours: ReadonlySet<string>,
  { dialect, runner }: Pick<AutogenerateRequest, 'dialect' | 'runner'>,
): Promise<readonly TableModel[]> {
  const kept: TableModel[] = [];
  for (const table of tables) {
    const isTheirs = !ours.has(qualifiedKey(table)) && (await recordsMigrations(table, dialect, runner));
    if (!isTheirs) kept.push(table);
  }
  return kept;
}
