import { DependentObjectsError } from '../../errors.js';
import { displayName, type QualifiedName } from '../../../../schema/schema.model.js';
import { withCode } from '../../../../sql/edit.js';
import { POSTGRES_SQL } from '../../../../sql/rules.js';
import type { CompileContext, Statement } from '../../../dialect.js';
import { identifier, quoteQualified } from '../../names.js';
import { statements } from '../compiler.js';
import { dependentsQuery } from './query.js';
import { putBack, takeAway } from './script.js';

/** A column of a table. */
export interface ColumnReference {
  readonly table: QualifiedName;
  readonly column: string;
}

/** The statements that drop what depends on columns before these change, and that re-create it afterwards. */
export interface Dependents {
  readonly drop: readonly Statement[];
  readonly restore: readonly Statement[];
}

/** Casts in expressions, and their replacement: `::mood` becomes `::text` where a column changes from the enum to text. */
export interface CastRewrite {
  /** A regular expression that PostgreSQL and JavaScript read alike. */
  readonly pattern: string;
  readonly replacement: string;
}

export interface DependentsRequest {
  readonly columns: readonly ColumnReference[];
  /** The columns are dropped and added again, so that all that depends on them must be re-created. */
  readonly recreated?: boolean;
  /** For a change from or to an enum: expressions that name the type are re-created as well, with other casts. */
  readonly rewrite?: CastRewrite | undefined;
  /** The enum that is re-created: only the columns, and what depends on them, may be of it. */
  readonly recreatedEnum?: QualifiedName;
}

/**
 * Drops and re-creates what depends on columns: views, generated columns, triggers, rules, policies, and where needed
 * constraints, indexes, statistics and privileges. They are read from the catalog; a script has its server read them.
 *
 * @throws DependentObjectsError when something depends on the columns that cannot be re-created.
 */
export async function dependentsOf(request: DependentsRequest, context: CompileContext): Promise<Dependents> {
  const parameters = parametersOf(request);
  if (context.offline) return { drop: [takeAway(parameters)], restore: [putBack] };
  const [found] = (await context.query(dependentsQuery, parameters)) as unknown as readonly [DependentsRow];
  refuseBlockers(request, found.blockers);
  return { drop: statements(...found.drop), restore: statements(...found.restore) };
}

interface DependentsRow {
  readonly blockers: readonly string[];
  readonly drop: readonly string[];
  readonly restore: readonly string[];
}

/** The parameters of `dependentsQuery`, $1 to $7. */
function parametersOf({ columns, recreated, rewrite, recreatedEnum }: DependentsRequest): readonly unknown[] {
  return [
    columns.map(({ table }) => quoteQualified(table)),
    columns.map(({ column }) => identifier(column)),
    recreated ?? false,
    rewrite !== undefined || recreatedEnum !== undefined,
    recreatedEnum === undefined ? null : quoteQualified(recreatedEnum),
    rewrite?.pattern ?? null,
    // PostgreSQL reads a backslash in the replacement as a reference to what was found.
    rewrite?.replacement.replaceAll('\\', '\\\\') ?? null,
  ];
}

function refuseBlockers({ columns, recreatedEnum }: DependentsRequest, blockers: readonly string[]): void {
  if (blockers.length === 0) return;
  throw new DependentObjectsError(
    recreatedEnum === undefined
      ? columns.map(({ table, column }) => `${displayName(table)}.${column}`)
      : [displayName(recreatedEnum)],
    blockers,
  );
}

/** An expression with its casts replaced, but not what looks like a cast inside a string literal. */
export function rewriteCasts(sql: string, { pattern, replacement }: CastRewrite): string {
  const casts = new RegExp(pattern, 'g');
  return withCode(sql, POSTGRES_SQL, (code) => code.replaceAll(casts, () => replacement));
}
