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

/** What must go before a column changes, and come back after it. */
export interface Dependents {
  readonly drop: readonly Statement[];
  readonly restore: readonly Statement[];
}

/** Casts in expressions, and what is to stand in their place. */
export interface CastRewrite {
  /** A regular expression that PostgreSQL and JavaScript read alike. */
  readonly pattern: string;
  readonly replacement: string;
}

export interface DependentsRequest {
  readonly columns: readonly ColumnReference[];
  /** The columns are dropped and made anew: all that hangs on them goes with them. */
  readonly recreated?: boolean;
  /** The change leads from or to an enum: expressions that name the type go as well, and come back with other casts. */
  readonly rewrite?: CastRewrite | undefined;
  /** The enum that is made anew: nothing but the columns, and what depends on them, may be of it. */
  readonly anew?: QualifiedName;
}

/**
 * Finds what depends on columns in the live catalog: views, generated columns, triggers, rules, policies, and where needed
 * constraints, indexes, statistics and privileges. A script finds it on the server that it runs on.
 *
 * @throws DependentObjectsError when something stands on the columns that could not be put back.
 */
export async function dependentsOf(request: DependentsRequest, context: CompileContext): Promise<Dependents> {
  const parameters = parametersOf(request);
  if (context.offline) return { drop: [takeAway(parameters)], restore: [putBack] };
  const [found] = (await context.query(dependentsQuery, parameters)) as unknown as readonly [DependentsRow];
  refuseOthers(request, found.others);
  return { drop: statements(...found.drop), restore: statements(...found.restore) };
}

interface DependentsRow {
  readonly others: readonly string[];
  readonly drop: readonly string[];
  readonly restore: readonly string[];
}

/** In the order of `dependentsQuery`. */
function parametersOf({ columns, recreated, rewrite, anew }: DependentsRequest): readonly unknown[] {
  return [
    columns.map(({ table }) => quoteQualified(table)),
    columns.map(({ column }) => identifier(column)),
    recreated ?? false,
    rewrite !== undefined || anew !== undefined,
    anew === undefined ? null : quoteQualified(anew),
    rewrite?.pattern ?? null,
    // PostgreSQL reads a backslash in the replacement as a reference to what was found.
    rewrite?.replacement.replaceAll('\\', '\\\\') ?? null,
  ];
}

function refuseOthers({ columns, anew }: DependentsRequest, others: readonly string[]): void {
  if (others.length === 0) return;
  throw new DependentObjectsError(
    anew === undefined ? columns.map(({ table, column }) => `${displayName(table)}.${column}`) : [displayName(anew)],
    others,
  );
}

/** An expression with its casts rewritten wherever they stand outside of string literals. */
export function rewriteCasts(sql: string, { pattern, replacement }: CastRewrite): string {
  const casts = new RegExp(pattern, 'g');
  return withCode(sql, POSTGRES_SQL, (code) => code.replaceAll(casts, () => replacement));
}
