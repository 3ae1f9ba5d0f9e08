import { createHash } from 'node:crypto';
import type { MigrateError } from '../../../errors/migrate.error.js';
import type { RowsBefore, RowsRead } from '../../common/rows-at-start.js';
import type { RowsAsking } from '../../dialect.js';
import { errorNumber } from '../session/error-codes.js';

/** A question about rows: which of them a change of a table cannot take, or takes with a loss. */
export interface RowQuestion {
  readonly reads: readonly RowsRead[];
  /** The SQL behind FROM that finds them. */
  readonly from: (before: RowsBefore) => string;
  /** The SQL of a text that shows one of them; undefined where there is nothing to show. */
  readonly shown?: (before: RowsBefore) => string | undefined;
  /** What it means that there are some: an error, or a sentence where the change takes them. */
  readonly found: (rows: number, example: string | undefined, before: RowsBefore) => MigrateError | string;
}

/** Errors of a question that is none: the server refuses the change with a better message. */
const NO_QUESTION: ReadonlySet<number | undefined> = new Set([1054, 1055, 1064, 1146, 1267, 1270, 1305, 1582, 1583]);

/** @returns the error when rows are in the way */
export async function ask(
  { reads, from, shown, found }: RowQuestion,
  asking: RowsAsking,
): Promise<readonly MigrateError[]> {
  const { rows, asked, isAhead } = asking;
  const before = rows.before(reads);
  if (before === undefined) return [];
  const source = from(before);
  const key = createHash('sha256').update(source).digest('base64');
  if (isAhead !== true && asked?.delete(key) === true) return [];
  const count = await countOf(source, asking);
  if (count === undefined) return [];
  if (isAhead === true && !rows.isFilled(reads)) asked?.add(key);
  if (count === 0) return [];
  const answer = found(count, await exampleOf(source, shown?.(before), asking), before);
  if (typeof answer !== 'string') return [answer];
  asking.notice?.(answer);
  return [];
}

async function countOf(source: string, { query }: RowsAsking): Promise<number | undefined> {
  try {
    const [row] = await query(`SELECT count(*) AS count FROM ${source}`);
    return Number(row?.['count'] ?? 0);
  } catch (error) {
    if (NO_QUESTION.has(errorNumber(error))) return undefined;
    throw error;
  }
}

async function exampleOf(
  source: string,
  shown: string | undefined,
  { query }: RowsAsking,
): Promise<string | undefined> {
  if (shown === undefined) return undefined;
  const [row] = await query(`SELECT ${shown} AS example FROM ${source} LIMIT 1`);
  const example = row?.['example'];
  return example === null || example === undefined ? undefined : String(example);
}
