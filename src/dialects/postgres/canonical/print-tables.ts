import type { QueryRunner } from 'typeorm';
import { qualifiedKey, type ColumnModel, type SchemaModel, type TableModel } from '../../../schema/schema.model.js';
import { DefaultQuestions, reusableDefault } from './defaults.js';
import { enumShadows } from './enum-shadows.js';
import { type Printed, type Probe, readProbes } from './probes.js';
import { answerTable, type TableQuestions, tableQuestions, waves } from './tables.js';

/** What printing takes from the catalog. */
export interface PrintContext {
  /** Members that need not be printed when the wanted ones have the same spelling. */
  readonly reusable: Pick<SchemaModel, 'tables' | 'views'>;
  /** What exists: wanted tables and types that differ from it need temporary shadows. */
  readonly actual: SchemaModel;
}

/** The tables of the wanted schema as PostgreSQL would print them. */
export async function printTables(
  wanted: SchemaModel,
  { reusable: { tables }, actual }: PrintContext,
  runner: QueryRunner,
  own: string,
): Promise<readonly TableModel[]> {
  const reusable = byKey(tables);
  const defaults = new DefaultQuestions();
  const withDefaults = wanted.tables.map((table) => askDefaults(table, reusable.get(qualifiedKey(table)), defaults));
  const asked = withDefaults.map((table, position) =>
    tableQuestions(table, reusable.get(qualifiedKey(table)), position, own),
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

/** Takes the defaults that the catalog has in the same spelling, and adds the others to `defaults`. */
function askDefaults(table: TableModel, actual: TableModel | undefined, defaults: DefaultQuestions): TableModel {
  const reusable = new Map(actual?.columns.map((column) => [column.name, column]));
  return {
    ...table,
    columns: table.columns.map((column) => {
      if (column.default === undefined) return column;
      const same = reusableDefault(column, reusable.get(column.name));
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
