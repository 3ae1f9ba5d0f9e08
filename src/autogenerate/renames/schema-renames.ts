import { applyWith } from '../../operations/apply/apply.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import type { IndexModel, QualifiedName, SchemaModel, TableModel, ViewModel } from '../../schema/schema.model.js';
import { edited, instead } from '../../sql/edit.js';
import { identifierText } from '../../sql/identifiers.js';
import { isNamed, pathsIn } from '../../sql/paths.js';
import type { SqlRules } from '../../sql/rules.js';
import { codeTokens } from '../../sql/scanner.js';
import { bestPairs, candidate, type RenameCandidate, tableLikeness } from './rename-candidates.js';

type RenameSchema = OperationOf<'renameSchema'>;

/** The schemas in which the old and the new name of an object are looked up. */
export interface SchemaSides {
  readonly actual: SchemaModel;
  /** What is in schemas that are not compared. */
  readonly elsewhere: SchemaModel;
  readonly wanted: SchemaModel;
  /** Schemas that keep their names. */
  readonly fixed: readonly string[];
  readonly sqlRules: SqlRules;
}

/**
 * Pairs of a schema that no entity names and one that is to be created, where each has at least half of the tables of the other:
 * the likeliest first. Nothing is in two pairs.
 *
 * @param isDeclined whether a person has answered that a pair is no rename
 */
export function schemaCandidates(
  { actual, elsewhere, wanted, fixed }: SchemaSides,
  isDeclined: (candidate: RenameCandidate) => boolean = () => false,
): RenameCandidate[] {
  const kept = new Set([...wanted.schemas, ...fixed]);
  const left = [...actual.schemas, ...elsewhere.schemas].filter((name) => !kept.has(name));
  const tables = [...actual.tables, ...elsewhere.tables];
  const missing = wanted.schemas.filter((name) => !actual.schemas.includes(name));
  const candidates = missing.flatMap((to) =>
    left.flatMap((from) => {
      const score = likeness(inSchema(tables, from), inSchema(wanted.tables, to));
      return candidate({ kind: 'createSchema', name: to }, { kind: 'renameSchema', from, to }, { from, to, score });
    }),
  );
  return bestPairs(candidates.filter((pair) => !isDeclined(pair)));
}

/**
 * The actual schema after the requested renames of schemas and the likeliest ones, and these renames.
 *
 * The database prints expressions of the entities, which use the new name of a schema: it must be able to find it.
 */
export function withLikelySchemas(
  renames: readonly Operation[],
  sides: SchemaSides,
): { readonly actual: SchemaModel; readonly renames: readonly RenameSchema[] } {
  const given = renames.filter((operation) => operation.kind === 'renameSchema');
  const afterGiven = given.reduce(afterSchemaRename, sides);
  const likely = schemaCandidates(afterGiven).flatMap(({ rename }) => (rename.kind === 'renameSchema' ? [rename] : []));
  return { actual: likely.reduce(afterSchemaRename, afterGiven).actual, renames: [...given, ...likely] };
}

/** The candidates with the operation that creates the new schema, to which their warning belongs. */
export function withFound(candidates: readonly RenameCandidate[], operations: readonly Operation[]): RenameCandidate[] {
  return candidates.map((pair) => {
    const found = operations.find(
      ({ kind, ...rest }) => kind === 'createSchema' && 'name' in rest && rest.name === pair.to,
    );
    return { ...pair, operation: found ?? pair.operation };
  });
}

/** The share of tables that both have, by name and with similar columns; 0 when it is below a half. */
function likeness(actual: readonly TableModel[], wanted: readonly TableModel[]): number {
  const shared = wanted.filter((table) =>
    actual.some((old) => old.name === table.name && tableLikeness(old, table) > 0),
  );
  const share = shared.length / Math.max(actual.length, wanted.length, 1);
  return share >= 0.5 ? share : 0;
}

function inSchema<T extends QualifiedName>(members: readonly T[], name: string): readonly T[] {
  return members.filter(({ schema }) => schema === name);
}

/** Whether a candidate is a table that would move with its schema if one of these were renamed. */
export function movesAlong({ rename }: RenameCandidate, schemas: readonly RenameCandidate[]): boolean {
  if (rename.kind !== 'renameTable') return false;
  return schemas.some(({ from, to }) => rename.table.schema === from && rename.to.schema === to);
}

/** Both models after a rename of a schema; one from elsewhere becomes part of the compared model, with a name that the entities use. */
export function afterSchemaRename<T extends Pick<SchemaSides, 'actual' | 'elsewhere' | 'sqlRules'>>(
  state: T,
  operation: RenameSchema,
): T {
  const [moved, elsewhere] = splitAt(state.elsewhere, operation.from);
  const whole: SchemaModel = {
    ...state.actual,
    schemas: [...new Set([...state.actual.schemas, operation.from])],
    tables: [...state.actual.tables, ...moved.tables],
    views: [...state.actual.views, ...moved.views],
    enums: [...state.actual.enums, ...moved.enums],
    sequences: [...state.actual.sequences, ...moved.sequences],
  };
  const renamed = applyWith(state.sqlRules)(whole, operation);
  return { ...state, actual: withNewQualifiers(renamed, operation, state.sqlRules), elsewhere };
}

/** Splits a model into what is in one schema, and the rest. */
function splitAt(model: SchemaModel, name: string): readonly [SchemaModel, SchemaModel] {
  const part = (isIn: boolean): SchemaModel => {
    const members = <T extends QualifiedName>(all: readonly T[]): readonly T[] =>
      all.filter(({ schema }) => (schema === name) === isIn);
    return {
      ...model,
      schemas: model.schemas.filter((schema) => (schema === name) === isIn),
      tables: members(model.tables),
      views: members(model.views),
      enums: members(model.enums),
      sequences: members(model.sequences),
    };
  };
  return [part(true), part(false)];
}

/** The model with the new name of the schema in expressions too, as the database prints them after the rename. */
function withNewQualifiers(model: SchemaModel, { from, to }: RenameSchema, rules: SqlRules): SchemaModel {
  const renamed = (sql: string): string => {
    if (!sql.includes('.')) return sql;
    const qualifiers = pathsIn(codeTokens(sql, rules)).flatMap(({ names: [first, second] }) =>
      first && second && isNamed(first, from) ? [instead(first, identifierText(to))] : [],
    );
    return edited(sql, qualifiers);
  };
  const renamedIn = <T extends object>(member: T, ...fields: readonly (keyof T)[]): T => {
    const changed = fields.flatMap((field) => {
      const text = member[field];
      return typeof text === 'string' ? [[field, renamed(text)]] : [];
    });
    return { ...member, ...Object.fromEntries(changed) };
  };
  const index = (one: IndexModel): IndexModel => renamedIn(one, 'where', 'expression');
  const table = (one: TableModel): TableModel => ({
    ...one,
    columns: one.columns.map((column) => renamedIn(column, 'default', 'asExpression')),
    checks: one.checks.map((check) => renamedIn(check, 'expression')),
    exclusions: one.exclusions.map((exclusion) => renamedIn(exclusion, 'expression')),
    indices: one.indices.map(index),
  });
  const view = (one: ViewModel): ViewModel => ({ ...renamedIn(one, 'expression'), indices: one.indices.map(index) });
  return { ...model, tables: model.tables.map(table), views: model.views.map(view) };
}
