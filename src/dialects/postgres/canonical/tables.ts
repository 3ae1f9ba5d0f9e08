import { isDeepStrictEqual } from 'node:util';
import type { CheckModel, ColumnModel, ExclusionModel, IndexModel, TableModel } from '../../../schema/schema.model.js';
import { clauses, exclusionClause } from '../compile/constraints.js';
import { quote } from '../names.js';
import { typeText } from '../types.js';
import { type Probe, tableProbe } from './probes.js';
import { mentionsRetyped } from './retyped.js';
import { sameText } from './same-text.js';
import { withoutSchema } from './without-schema.js';

/** A table whose checks, exclusions, indexes or generated columns the database is to print, by the names they get for that. */
export interface TableQuestions {
  readonly table: TableModel;
  readonly checks: ReadonlyMap<CheckModel, string>;
  readonly exclusions: ReadonlyMap<ExclusionModel, string>;
  readonly indices: ReadonlyMap<IndexModel, string>;
  /** Names of generated columns. */
  readonly generated: ReadonlySet<string>;
  /** Absent when there is nothing to ask. */
  readonly probe?: Probe;
}

/**
 * Takes from the catalog what stands there in the same words, and asks for the rest.
 *
 * @param position a number that no other table has: names of indexes are unique in a schema, not in a table.
 * @param own the schema of tables that say none.
 */
export function tableQuestions(
  wanted: TableModel,
  actual: TableModel | undefined,
  position: number,
  own: string,
): TableQuestions {
  const table = takeKnown(wanted, actual);
  const checks = named(
    table.checks.filter((check) => !stands(check, actual?.checks)),
    `check_${position}`,
  );
  const exclusions = named(
    table.exclusions.filter((exclusion) => !stands(exclusion, actual?.exclusions)),
    `exclusion_${position}`,
  );
  const indices = named(
    table.indices.filter((index) => isQuestion(index, actual)),
    `index_${position}`,
  );
  const generated = new Set(
    table.columns
      .filter((column) => column.asExpression !== undefined && !generatedSame(column, actual))
      .map(({ name }) => name),
  );
  const questions = { table, checks, exclusions, indices, generated };
  const count = checks.size + exclusions.size + indices.size + generated.size;
  return count === 0 ? questions : { ...questions, probe: probeOf(questions, own) };
}

/** Groups in which no two tables have the same name, because all of them are made in one schema. */
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

/** The table with the answers in it; what was not answered stays as it is. */
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

/** With what its text says behind the expression: DEFERRABLE. */
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

function takeKnown(table: TableModel, actual: TableModel | undefined): TableModel {
  if (actual === undefined) return table;
  const columns = new Map(actual.columns.map((column) => [column.name, column]));
  const isRewritten = mentionsRetyped(table, actual);
  const takeText = <E extends Expression>(item: E, standing: readonly Expression[]): E =>
    isRewritten(item.expression) ? item : takeExpression(item, standing);
  return {
    ...table,
    columns: table.columns.map((column) => takeGenerated(column, columns.get(column.name))),
    checks: table.checks.map((check) => takeText(check, actual.checks)),
    exclusions: table.exclusions.map((exclusion) => takeText(exclusion, actual.exclusions)),
    indices: table.indices.map((index) => (isRewritten(index.where) ? index : takePredicate(index, actual))),
  };
}

function takeExpression<E extends Expression>(wanted: E, actual: readonly Expression[]): E {
  const same = actual.find(({ name, expression }) => name === wanted.name && sameText(wanted.expression, expression));
  return same === undefined ? wanted : { ...wanted, expression: same.expression };
}

function takeGenerated(wanted: ColumnModel, actual: ColumnModel | undefined): ColumnModel {
  if (wanted.asExpression === undefined || actual?.asExpression === undefined) return wanted;
  return sameText(wanted.asExpression, actual.asExpression) ? { ...wanted, asExpression: actual.asExpression } : wanted;
}

function takePredicate(wanted: IndexModel, actual: TableModel): IndexModel {
  const where = actual.indices.find(({ name }) => name === wanted.name)?.where;
  return wanted.where !== undefined && where !== undefined && sameText(wanted.where, where)
    ? { ...wanted, where }
    : wanted;
}

function stands(wanted: Expression, actual: readonly Expression[] | undefined): boolean {
  return actual?.some(({ name, expression }) => name === wanted.name && expression === wanted.expression) ?? false;
}

/** Only predicates, expressions and column options can be written in more than one way. */
function isQuestion(wanted: IndexModel, actual: TableModel | undefined): boolean {
  const texts = ({ where, expression, columnOptions }: IndexModel) => [where, expression, { ...columnOptions }];
  const { where, expression, columnOptions } = wanted;
  if (where === undefined && expression === undefined && columnOptions === undefined) return false;
  const standing = actual?.indices.find(({ name }) => name === wanted.name);
  return standing === undefined || !isDeepStrictEqual(texts(wanted), texts(standing));
}

function generatedSame(wanted: ColumnModel, actual: TableModel | undefined): boolean {
  const standing = actual?.columns.find(({ name }) => name === wanted.name);
  return standing?.asExpression === wanted.asExpression;
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
      ...[...indices].map(([{ isConcurrent: _wish, ...index }, name]) =>
        here(clauses.createIndex(target, { ...index, name })),
      ),
    ],
  );
}

/** A column as far as expressions on it can tell: a name, a type and a collation. */
export function probeColumn(column: ColumnModel): string {
  const collation = column.collation === undefined ? '' : ` COLLATE ${quote(column.collation)}`;
  return `${quote(column.name)} ${typeText(column)}${collation}`;
}

function generatedColumn(column: ColumnModel): string {
  return `${probeColumn(column)} GENERATED ALWAYS AS (${column.asExpression}) ${column.generatedType ?? 'STORED'}`;
}
