import { UnsupportedOperationError } from '../../../errors/operations.errors.js';
import { withLabelOfColumnRenamed } from '../../../operations/apply/apply-label.js';
import type { OperationOf } from '../../../operations/operation.js';
import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';
import { partOf } from '../../../schema/parts.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { mentionedNames } from '../../../sql/sources.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { quote, quoteQualified, quoteString } from '../text.js';
import { clauses } from './clauses.js';
import { columnSql } from './column-sql.js';

type RenameLabel = OperationOf<'renameLabel'>;

/** A set has a bit for each label. */
const MOST_OF_SET = 64;

/**
 * Renames a label of an enum or a set: the new one is appended, rows change to it, and the old one is taken away. The servers rename none:
 * they take labels by their text, and refuse to lose one that is in use. Labels that are one to the collation need one statement alone.
 *
 * @throws UnknownColumnError, EnumValueError, UnsupportedOperationError
 */
export async function renameLabel(operation: RenameLabel, context: CompileContext): Promise<readonly Statement[]> {
  const { column, from, to } = operation;
  const before = await context.table(operation.table);
  const after = withLabelOfColumnRenamed(before, operation, MYSQL_SQL);
  const [was, becomes] = [before, after].map(({ columns }) => columns.find(({ name }) => name === column)) as [
    ColumnModel,
    ColumnModel,
  ];
  refuse(operation, was);
  await reportReaders(operation, context);
  const isOne = await areOne(operation, before, was, context);
  const changed = before.checks.filter(({ expression }, at) => after.checks[at]?.expression !== expression);
  const checks = after.checks.filter((_, at) => changed.includes(before.checks[at] as (typeof changed)[number]));
  const dropped = changed.map(({ name = '' }) => `DROP CONSTRAINT ${quote(name)}`);
  const created = checks.map((check) => `ADD ${clauses.check(check)}`);
  const alter = (...parts: readonly string[]): Statement => ({
    sql: `ALTER TABLE ${quoteQualified(operation.table)} ${parts.join(', ')}`,
  });
  const last = alter(`MODIFY COLUMN ${columnSql(becomes)}`, ...(isOne ? dropped : []), ...created);
  if (isOne) return [last];
  const both = { ...withoutCheck(was, becomes), enum: [...(was.enum ?? []), to] };
  return [
    alter(`MODIFY COLUMN ${columnSql(both)}`, ...dropped),
    { sql: `UPDATE ${quoteQualified(operation.table)} SET ${changeOfRows(was, from, to, before)}` },
    last,
  ];
}

function refuse({ kind, column }: RenameLabel, { type, enum: labels = [], asExpression }: ColumnModel): void {
  if (asExpression !== undefined) {
    throw new UnsupportedOperationError(
      kind,
      'MySQL',
      `'${column}' is computed, and what it computes has the label`,
      'Change its labels and its expression with op.alterColumn(…).',
    );
  }
  if (type === 'set' && labels.length >= MOST_OF_SET) {
    throw new UnsupportedOperationError(
      kind,
      'MySQL',
      `'${column}' has ${MOST_OF_SET} labels, so that there is no place for the new one besides the old one`,
    );
  }
}

/** A column without its own check, where that changes. */
function withoutCheck(was: ColumnModel, becomes: ColumnModel): ColumnModel {
  if (was.mysql?.check === becomes.mysql?.check) return was;
  const { mysql, ...column } = was;
  return { ...column, ...partOf('mysql', { ...mysql, check: undefined }) };
}

/** What is behind SET. Labels of a set are bits; columns with ON UPDATE keep their values. */
function changeOfRows(column: ColumnModel, from: string, to: string, { columns }: TableModel): string {
  const name = quote(column.name);
  const kept = columns
    .filter((other) => other.mysql?.onUpdate !== undefined && other.name !== column.name)
    .map((other) => `${quote(other.name)} = ${quote(other.name)}`);
  const labels = column.enum ?? [];
  const [bit, next] = [2n ** BigInt(labels.indexOf(from)), 2n ** BigInt(labels.length)];
  const isSet = column.type === 'set';
  const value = isSet ? `(${name} ^ ${bit}) | ${next}` : quoteString(to);
  const condition = isSet ? `${name} & ${bit}` : `${name} = ${quoteString(from)}`;
  return `${[`${name} = ${value}`, ...kept].join(', ')} WHERE ${condition}`;
}

/** Whether the two labels are one under the collation of the column, which can then not have both. */
async function areOne(
  { table, column, from, to }: RenameLabel,
  { mysql }: TableModel,
  { collation = mysql?.collation }: ColumnModel,
  context: CompileContext,
): Promise<boolean> {
  const isFolded = from.toLowerCase() === to.toLowerCase();
  if (context.offline) return isFolded && !/_(?:bin|cs)$/.test(collation ?? '');
  const [row] = await context.query(
    `SELECT collation_name AS name FROM information_schema.columns
     WHERE table_schema = ${table.schema === undefined ? 'DATABASE()' : quoteString(table.schema)} AND table_name = ?
       AND column_name = ?`,
    [table.name, column],
  );
  const name = String(row?.['name'] ?? '');
  if (!/^\w+_\w+$/.test(name)) return false;
  const [one, other] = [from, to].map((label) => `CONVERT(${quoteString(label)} USING ${name.split('_')[0]})`);
  const [answer] = await context.query(`SELECT ${one} COLLATE ${name} = ${other} AS same`);
  return Number(answer?.['same']) === 1;
}

/** Reports views and triggers that have the label in them, which stays there. */
async function reportReaders({ table, column, from, to }: RenameLabel, context: CompileContext): Promise<void> {
  if (context.offline || context.notice === undefined) return;
  const readers = await context.query(
    `SELECT 'view' AS kind, table_name AS name, view_definition AS code FROM information_schema.views
     WHERE table_schema = DATABASE()
     UNION ALL SELECT 'trigger', trigger_name, action_statement FROM information_schema.triggers
     WHERE trigger_schema = DATABASE() ORDER BY name`,
  );
  for (const { kind, name, code } of readers) {
    const sql = String(code);
    const hasLabel = codeTokens(sql, MYSQL_SQL).some((token) => token.kind === 'string' && token.value === from);
    if (!hasLabel || !mentionedNames(sql, MYSQL_SQL).has(column)) continue;
    context.notice(
      `The ${String(kind)} ${String(name)} has '${from}', which is '${to}' in ${table.name}.${column} now: create it again if it means that.`,
    );
  }
}
