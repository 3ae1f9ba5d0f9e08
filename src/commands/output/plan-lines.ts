import { shortStatement } from '../../errors/statement-text.js';
import type { PlannedFailure, PlannedLock, PlannedLoss, PlannedStatement, PlanReport } from '../../results.js';

/** What a statement of a plan does, as lines that begin with a word: `locks book (ACCESS EXCLUSIVE): reads and writes wait`. */
export function effectLines(statement: PlannedStatement): readonly string[] {
  const { locks, holds = [], work, loses = [], fails = [], unknown = [] } = statement;
  return [
    ...locks.filter(({ blocks }) => blocks !== 'nothing').map((lock) => `locks ${lockText(lock)}`),
    ...holds.map((lock) => `meanwhile ${lockText(lock)}, since an earlier statement of the transaction`),
    ...workLines(work, sizeText(statement)),
    ...(statement.waitsForOthers ? ['waits for the transactions that others have open'] : []),
    ...loses.map(lossText),
    ...(statement.refused ?? []).map(({ target, reason }) => `is refused on ${target}: ${reason}`),
    ...fails.map(failureText),
    ...(statement.breaks ?? []).map(({ how, target }) => `breaks code that uses ${target}: ${BREAKS[how]}`),
    ...unknown.map((what) => `not known: ${what}`),
  ];
}

/** The mark of a line about data that is lost. */
export const LOSS = '◆';

const BREAKS = {
  dropped: 'it is gone',
  renamed: 'it has another name',
  required: 'an INSERT without it fails',
} as const;

function lockText({ name, mode, blocks, object }: PlannedLock): string {
  const what = object === 'database' ? 'the database' : object === 'table' ? name : `${object} ${name}`;
  return `${what} (${mode}): ${blocks === 'reads' ? 'reads and writes wait' : 'writes wait'}`;
}

function workLines({ scans, rewrites, builds }: PlannedStatement['work'], size: string): readonly string[] {
  const line = (verb: string, tables: readonly string[] | undefined): readonly string[] =>
    tables === undefined ? [] : [`${verb} ${tables.join(', ')}${size}`];
  return [...line('rewrites', rewrites), ...line('builds an index of', builds), ...line('reads all of', scans)];
}

function sizeText({ rows, bytes }: PlannedStatement): string {
  const parts = [...(rows === undefined ? [] : [counted(rows)]), ...(bytes === undefined ? [] : [bytesText(bytes)])];
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

/** `1,200 rows` */
export function counted(rows: number): string {
  return `${rows.toLocaleString('en-US')} row${rows === 1 ? '' : 's'}`;
}

const KIB = 1024;
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

function bytesText(bytes: number): string {
  const power = bytes < KIB ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(KIB)), UNITS.length - 1);
  const value = bytes / KIB ** power;
  return `${value >= 10 || power === 0 ? Math.round(value).toString() : value.toFixed(1)} ${UNITS[power] ?? ''}`;
}

function lossText({ what, target, part, rows }: PlannedLoss): string {
  const size = rows === undefined ? '' : ` (${counted(rows)})`;
  switch (what) {
    case 'rows':
      return `${LOSS} loses the rows of ${target}${size}${part === undefined ? '' : `: ${part}`}`;
    case 'values':
      return `${LOSS} loses the values of ${target}${size}`;
    case 'precision':
      return `${LOSS} changes the values of ${target}: what the new type has no room for is lost${size}`;
    case 'position':
      return `${LOSS} loses the position of ${target}`;
  }
}

const FAILS = {
  nulls: 'has NULL in',
  duplicates: 'has the same values as another one in',
  check: 'breaks the constraint on',
  orphans: 'refers to nothing from',
  values: 'does not fit the new type of',
  any: 'is in the table of',
} as const;

function failureText({ on, target }: PlannedFailure): string {
  return `fails where a row ${FAILS[on]} ${target}`;
}

/** `default: a1 -> b2, 2 revisions, 5 statements in 1 transaction` */
export function headLine(report: PlanReport): string {
  const { dataSource, from, steps, transactions } = report;
  const start = from.length === 0 ? '<base>' : from.join(', ');
  if (steps.length === 0) return `${dataSource}: at ${start}, nothing to do`;
  const statements = steps.reduce((sum, step) => sum + step.statements.length, 0);
  return (
    `${dataSource}: from ${start}, ${numbered(steps.length, 'revision')}, ${numbered(statements, 'statement')} in ` +
    numbered(transactions, 'transaction')
  );
}

function numbered(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A statement in one line. */
export function statementLine({ sql }: PlannedStatement): string {
  return shortStatement(sql);
}
