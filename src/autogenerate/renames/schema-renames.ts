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

/** Where the two names of a schema are looked for. */
export interface SchemaSides {
  readonly actual: SchemaModel;
  /** What stands in schemas that the comparison leaves alone. */
  readonly elsewhere: SchemaModel;
  readonly wanted: SchemaModel;
  /** Schemas that keep their names. */
  readonly fixed: readonly string[];
  readonly sqlRules: SqlRules;
}

/**
 * Pairs of a schema that no entity names and one that is to be made, where each has at least half of the tables of the other:
 * the likeliest first. Nothing is in two pairs.
 *
 * @param isDeclined whether a person has said that a pair is no rename
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
 * The database's schema with its schemas called as they most likely will be, and what was renamed for it: what refers to
 * something in a schema can be asked of the database under that name alone.
 */
export function withLikelySchemas(
  renames: readonly Operation[],
  sides: SchemaSides,
): { readonly schema: SchemaModel; readonly renames: readonly RenameSchema[] } {
  const given = renames.filter((operation) => operation.kind === 'renameSchema');
  const start = { schema: sides.actual, elsewhere: sides.elsewhere, sqlRules: sides.sqlRules };
  const { schema, elsewhere } = given.reduce(afterSchemaRename, start);
  const likely = schemaCandidates({ ...sides, actual: schema, elsewhere }).flatMap(({ rename }) =>
    rename.kind === 'renameSchema' ? [rename] : [],
  );
  const all = [...given, ...likely];
  return { schema: all.reduce(afterSchemaRename, start).schema, renames: all };
}

/** The candidates with the operations that were found for them, which messages stand on. */
export function withFound(candidates: readonly RenameCandidate[], operations: readonly Operation[]): RenameCandidate[] {
  return candidates.map((pair) => {
    const found = operations.find(
      ({ kind, ...rest }) => kind === 'createSchema' && 'name' in rest && rest.name === pair.to,
    );
    return { ...pair, operation: found ?? pair.operation };
  });
}

/** The share of tables that both have: by name, and alike themselves. */
function likeness(left: readonly TableModel[], made: readonly TableModel[]): number {
  const shared = made.filter((table) => left.some((old) => old.name === table.name && tableLikeness(old, table) > 0));
  const share = shared.length / Math.max(left.length, made.length, 1);
  return share >= 0.5 ? share : 0;
}

function inSchema<T extends QualifiedName>(members: readonly T[], name: string): readonly T[] {
  return members.filter(({ schema }) => schema === name);
}

/** Whether a candidate is about what would move along with its schema, were that renamed. */
export function movesAlong({ rename }: RenameCandidate, schemas: readonly RenameCandidate[]): boolean {
  if (rename.kind !== 'renameTable') return false;
  return schemas.some(({ from, to }) => rename.table.schema === from && rename.to.schema === to);
}

/** The two schemas after one more rename; what stood elsewhere is looked at once it has a name that the entities have. */
export function afterSchemaRename<
  T extends Pick<SchemaSides, 'elsewhere' | 'sqlRules'> & { readonly schema: SchemaModel },
>(state: T, operation: RenameSchema): T {
  const [moved, elsewhere] = parted(state.elsewhere, operation.from);
  const whole: SchemaModel = {
    ...state.schema,
    schemas: [...new Set([...state.schema.schemas, operation.from])],
    tables: [...state.schema.tables, ...moved.tables],
    views: [...state.schema.views, ...moved.views],
    enums: [...state.schema.enums, ...moved.enums],
    sequences: [...state.schema.sequences, ...moved.sequences],
  };
  return {
    ...state,
    schema: withTextsOf(applyWith(state.sqlRules)(whole, operation), operation, state.sqlRules),
    elsewhere,
  };
}

/** What stands in a schema, and the rest. */
function parted(model: SchemaModel, name: string): readonly [SchemaModel, SchemaModel] {
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

/** The schema with the new name in expressions too, as the database would print them afterwards. */
function withTextsOf(model: SchemaModel, { from, to }: RenameSchema, rules: SqlRules): SchemaModel {
  const follow = (sql: string): string => {
    if (!sql.includes('.')) return sql;
    const qualifiers = pathsIn(codeTokens(sql, rules)).flatMap(({ names: [first, second] }) =>
      first && second && isNamed(first, from) ? [instead(first, identifierText(to))] : [],
    );
    return edited(sql, qualifiers);
  };
  const followIn = <T extends object>(member: T, ...fields: readonly (keyof T)[]): T => {
    const changed = fields.flatMap((field) => {
      const text = member[field];
      return typeof text === 'string' ? [[field, follow(text)]] : [];
    });
    return { ...member, ...Object.fromEntries(changed) };
  };
  const index = (one: IndexModel): IndexModel => followIn(one, 'where', 'expression');
  const table = (one: TableModel): TableModel => ({
    ...one,
    columns: one.columns.map((column) => followIn(column, 'default', 'asExpression')),
    checks: one.checks.map((check) => followIn(check, 'expression')),
    exclusions: one.exclusions.map((exclusion) => followIn(exclusion, 'expression')),
    indices: one.indices.map(index),
  });
  const view = (one: ViewModel): ViewModel => ({ ...followIn(one, 'expression'), indices: one.indices.map(index) });
  return { ...model, tables: model.tables.map(table), views: model.views.map(view) };
}
