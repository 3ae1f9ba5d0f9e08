import type { QueryRunner } from 'typeorm';
import { qualifiedKey, type ColumnModel, type SchemaModel, type TableModel } from '../../../schema/schema.model.js';
import { DefaultQuestions, knownDefault } from './defaults.js';
import { enumShadows } from './enum-shadows.js';
import { type Printed, type Probe, readProbes } from './probes.js';
import { answerTable, type TableQuestions, tableQuestions, waves } from './tables.js';

/** The catalog, as printing looks at it. */
export interface Standing {
  /** What need not be printed when it is written there in the same words. */
  readonly known: Pick<SchemaModel, 'tables' | 'views'>;
  /** What is there: tables and types of other shapes need a temporary stand-in. */
  readonly actual: SchemaModel;
}

/** The tables of the wanted schema as PostgreSQL would print them. */
export async function printTables(
  wanted: SchemaModel,
  { known: { tables }, actual }: Standing,
  runner: QueryRunner,
  own: string,
): Promise<readonly TableModel[]> {
  const known = byKey(tables);
  const defaults = new DefaultQuestions();
  const withDefaults = wanted.tables.map((table) => askDefaults(table, known.get(qualifiedKey(table)), defaults));
  const asked = withDefaults.map((table, position) =>
    tableQuestions(table, known.get(qualifiedKey(table)), position, own),
  );
  const shadows = enumShadows(wanted, actual);
  const questions = asked.filter(({ probe }) => probe !== undefined);
  const nothingToAsk = questions.length === 0 && defaults.probes().length === 0;
  if (nothingToAsk) return asked.map(({ table }) => table);

  const answers = new Map<TableQuestions, TableModel>();
  const [first = [], ...others] = waves(questions);
  const read = await readProbes(runner, own, [...shadows, ...defaults.probes(), ...probesOf(first)]);
  collect(first, read, answers);
  for (const wave of others) collect(wave, await readProbes(runner, own, [...shadows, ...probesOf(wave)]), answers);

  const printed = byKey(read.tables);
  return asked.map((question) => {
    const table = answerTable(question, answers.get(question));
    return { ...table, columns: table.columns.map((column) => answerDefault(column, defaults, printed)) };
  });
}

/** Takes the defaults that the catalog has in the same words, and asks for the others. */
function askDefaults(table: TableModel, actual: TableModel | undefined, defaults: DefaultQuestions): TableModel {
  const known = new Map(actual?.columns.map((column) => [column.name, column]));
  return {
    ...table,
    columns: table.columns.map((column) => {
      if (column.default === undefined) return column;
      const same = knownDefault(column, known.get(column.name));
      if (same !== undefined) return { ...column, default: same };
      defaults.ask(column, column.default);
      return column;
    }),
  };
}

function answerDefault(
  column: ColumnModel,
  defaults: DefaultQuestions,
  printed: ReadonlyMap<string, TableModel>,
): ColumnModel {
  if (column.default === undefined) return column;
  const answer = defaults.answer(column, column.default, printed);
  if (answer === undefined) return column;
  const { default: _written, ...rest } = column;
  return answer.default === undefined ? rest : { ...rest, default: answer.default };
}

function collect(wave: readonly TableQuestions[], read: Printed, answers: Map<TableQuestions, TableModel>): void {
  const tables = byKey(read.tables);
  for (const question of wave) {
    const table = tables.get(qualifiedKey({ name: question.table.name }));
    if (table !== undefined) answers.set(question, table);
  }
}

function probesOf(questions: readonly TableQuestions[]): readonly Probe[] {
  return questions.flatMap(({ probe }) => probe ?? []);
}

function byKey(tables: readonly TableModel[]): ReadonlyMap<string, TableModel> {
  return new Map(tables.map((table) => [qualifiedKey(table), table]));
}
