import { isDeepStrictEqual } from 'node:util';
import type { CheckModel, ColumnModel, ExclusionModel, IndexModel, TableModel } from '../../../schema/schema.model.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { closed } from '../../../sql/statements.js';
import { clauses, exclusionClause } from '../compile/constraints.js';
import { quote } from '../names.js';
import { typeText } from '../types.js';
import { type Probe, tableProbe } from './probes.js';
import { mentionsRetyped } from './retyped.js';
import { sameExpression } from './same-expression.js';
import { withoutSchema } from './without-schema.js';

/** A table with the members for the database to print, and the names that these have in the probe. */
export interface TableQuestions {
  readonly table: TableModel;
  readonly checks: ReadonlyMap<CheckModel, string>;
  readonly exclusions: ReadonlyMap<ExclusionModel, string>;
  readonly indices: ReadonlyMap<IndexModel, string>;
  /** Names of generated columns. */
  readonly generated: ReadonlySet<string>;
  /** Absent when there is nothing to print. */
  readonly probe?: Probe;
}

/**
 * Takes from the catalog the members that it has in the same spelling, and makes a probe of the others.
 *
 * @param position a number that no other table has, for names of indexes: these must be unique in the schema.
 * @param own the schema of tables without one.
 */
export function tableQuestions(
  wanted: TableModel,
  actual: TableModel | undefined,
  position: number,
  own: string,
): TableQuestions {
  const table = withActualSpelling(wanted, actual);
  const checks = named(
    table.checks.filter((check) => !exists(check, actual?.checks)),
    `check_${position}`,
  );
  const exclusions = named(
    table.exclusions.filter((exclusion) => !exists(exclusion, actual?.exclusions)),
    `exclusion_${position}`,
  );
  const indices = named(
    table.indices.filter((index) => isQuestion(index, actual)),
    `index_${position}`,
  );
  const generated = new Set(
    table.columns
      .filter((column) => column.asExpression !== undefined && !hasSameExpression(column, actual))
      .map(({ name }) => name),
  );
  const questions = { table, checks, exclusions, indices, generated };
  const count = checks.size + exclusions.size + indices.size + generated.size;
  return count === 0 ? questions : { ...questions, probe: probeOf(questions, own) };
}

/** Groups without two tables of the same name: all tables of a group are created in the temporary schema together. */
export function waves(questions: readonly TableQuestions[]): readonly (readonly TableQuestions[])[] {
  const groups: TableQuestions[][] = [];
  const seen = new Map<string, number>();
  for (const question of questions) {
    const number = seen.get(question.table.name) ?? 0;
    seen.set(question.table.name, number + 1);
    (groups[number] ??= []).push(question);
  }
  return groups;
}

/** The table with the printed members; what could not be created stays as written. */
export function answerTable(questions: TableQuestions, read: TableModel | undefined): TableModel {
  const { table, checks, exclusions, indices, generated } = questions;
  if (read === undefined) return table;
  const columns = new Map(read.columns.map((column) => [column.name, column]));
  return {
    ...table,
    columns: table.columns.map((column) => {
      const printed = generated.has(column.name) ? columns.get(column.name)?.asExpression : undefined;
      return printed === undefined ? column : { ...column, asExpression: printed };
    }),
    checks: withPrinted(table.checks, checks, read.checks),
    exclusions: table.exclusions.map((exclusion) => printedExclusion(exclusion, exclusions.get(exclusion), read)),
    indices: table.indices.map((index) => printedIndex(index, indices.get(index), read)),
  };
}

function printedIndex(index: IndexModel, name: string | undefined, read: TableModel): IndexModel {
  const printed = read.indices.find((candidate) => candidate.name === name);
  if (printed === undefined) return index;
  return { ...printed, name: index.name, ...(index.isConcurrent ? { isConcurrent: true } : {}) };
}

/** The exclusion as printed, with DEFERRABLE, which entities write as part of the expression. */
function printedExclusion(exclusion: ExclusionModel, name: string | undefined, read: TableModel): ExclusionModel {
  const printed = read.exclusions.find((candidate) => candidate.name === name);
  if (name === undefined || printed === undefined) return exclusion;
  const { name: _name, ...kept } = printed;
  return { ...exclusion, ...kept };
}

interface Expression {
  readonly name?: string;
  readonly expression: string;
}

function withPrinted<E extends Expression>(
  wanted: readonly E[],
  names: ReadonlyMap<E, string>,
  read: readonly Expression[],
): readonly E[] {
  return wanted.map((item) => {
    const name = names.get(item);
    const printed = name === undefined ? undefined : read.find((candidate) => candidate.name === name);
    return printed === undefined ? item : { ...item, expression: printed.expression };
  });
}

function named<T>(items: readonly T[], kind: string): ReadonlyMap<T, string> {
  return new Map(items.map((item, number) => [item, `nestjs_migrate_${kind}_${number}`]));
}

function withActualSpelling(table: TableModel, actual: TableModel | undefined): TableModel {
  if (actual === undefined) return table;
  const columns = new Map(actual.columns.map((column) => [column.name, column]));
  const isRetyped = mentionsRetyped(table, actual);
  const take = <E extends Expression>(item: E, actualOnes: readonly Expression[]): E =>
    isRetyped(item.expression) ? item : takeExpression(item, actualOnes);
  return {
    ...table,
    columns: table.columns.map((column) => takeGenerated(column, columns.get(column.name))),
    checks: table.checks.map((check) => take(check, actual.checks)),
    exclusions: table.exclusions.map((exclusion) => take(exclusion, actual.exclusions)),
    indices: table.indices.map((index) => (isRetyped(index.where) ? index : takePredicate(index, actual))),
  };
}

function takeExpression<E extends Expression>(wanted: E, actual: readonly Expression[]): E {
  const same = actual.find(
    ({ name, expression }) => name === wanted.name && sameExpression(wanted.expression, expression),
  );
  return same === undefined ? wanted : { ...wanted, expression: same.expression };
}

function takeGenerated(wanted: ColumnModel, actual: ColumnModel | undefined): ColumnModel {
  if (wanted.asExpression === undefined || actual?.asExpression === undefined) return wanted;
  return sameExpression(wanted.asExpression, actual.asExpression)
    ? { ...wanted, asExpression: actual.asExpression }
    : wanted;
}

function takePredicate(wanted: IndexModel, actual: TableModel): IndexModel {
  const where = actual.indices.find(({ name }) => name === wanted.name)?.where;
  return wanted.where !== undefined && where !== undefined && sameExpression(wanted.where, where)
    ? { ...wanted, where }
    : wanted;
}

function exists(wanted: Expression, actual: readonly Expression[] | undefined): boolean {
  return actual?.some(({ name, expression }) => name === wanted.name && expression === wanted.expression) ?? false;
}

/** Whether an index must be printed: only predicates, expressions and column options have more than one spelling. */
function isQuestion(wanted: IndexModel, actual: TableModel | undefined): boolean {
  const partsOf = ({ where, expression, columnOptions }: IndexModel) => [where, expression, { ...columnOptions }];
  const { where, expression, columnOptions } = wanted;
  if (where === undefined && expression === undefined && columnOptions === undefined) return false;
  const actualIndex = actual?.indices.find(({ name }) => name === wanted.name);
  return actualIndex === undefined || !isDeepStrictEqual(partsOf(wanted), partsOf(actualIndex));
}

function hasSameExpression(wanted: ColumnModel, actual: TableModel | undefined): boolean {
  const actualColumn = actual?.columns.find(({ name }) => name === wanted.name);
  return actualColumn?.asExpression === wanted.asExpression;
}

function probeOf({ table, checks, exclusions, indices, generated }: Omit<TableQuestions, 'probe'>, own: string): Probe {
  const here = (sql: string): string => withoutSchema(sql, { schema: table.schema ?? own, name: table.name });
  const expression = <E extends Expression>(item: E): E => ({ ...item, expression: here(item.expression) });
  const alias = quote(table.name);
  const target = { schema: 'pg_temp', name: table.name };
  const plain = table.columns.filter(({ asExpression }) => asExpression === undefined);
  const computed = table.columns.filter(({ name, asExpression }) => asExpression !== undefined && generated.has(name));
  const kept = table.columns.filter(({ name, asExpression }) => asExpression !== undefined && !generated.has(name));
  return tableProbe(
    alias,
    [...plain, ...kept].map(probeColumn).concat(computed.map((column) => here(generatedColumn(column)))),
    [
      ...[...checks].map(
        ([check, name]) => `ALTER TABLE pg_temp.${alias} ADD ${clauses.check({ ...expression(check), name })}`,
      ),
      ...[...exclusions].map(
        ([exclusion, name]) =>
          `ALTER TABLE pg_temp.${alias} ADD ${exclusionClause({ ...expression(exclusion), name })}`,
      ),
      ...[...indices].map(([{ isConcurrent: _concurrently, ...index }, name]) =>
        here(clauses.createIndex(target, { ...index, name })),
      ),
    ],
  );
}

/** The parts of a column that expressions depend on: its name, its type and its collation. */
export function probeColumn(column: ColumnModel): string {
  const collation = column.collation === undefined ? '' : ` COLLATE ${quote(column.collation)}`;
  return `${quote(column.name)} ${typeText(column)}${collation}`;
}

function generatedColumn(column: ColumnModel): string {
  return `${probeColumn(column)} GENERATED ALWAYS AS (${closed(column.asExpression ?? '', POSTGRES_SQL)}) ${column.generatedType ?? 'STORED'}`;
}
