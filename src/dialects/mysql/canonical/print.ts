import type { QueryRunner } from 'typeorm';
import type { CheckModel, ColumnModel, TableModel } from '../../../schema/schema.model.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { closed } from '../../../sql/statements.js';
import { columnSql } from '../compile/column-sql.js';
import { MissingPrivilegeError } from '../errors.js';
import { columnModel } from '../reflect/column-model.js';
import { expressionText, shownDefault } from '../reflect/expressions.js';
import type { ColumnRow } from '../reflect/queries.js';
import type { Connection } from '../server.js';
import { quote } from '../text.js';
import { parseType } from '../types.js';
import { parseShowCreate } from './show-create.js';

/** The columns and checks of a table as the server prints them. */
export type PrintedParts = Pick<TableModel, 'columns' | 'checks'>;

/** The name of temporary tables: it must not hide one of the user's. */
const PROBE = quote('nestjs_migrate_probe');

/** "Access denied … to database", which a user gets without the privilege CREATE TEMPORARY TABLES. */
const ACCESS_DENIED = 1044;

/** Errors that are not about the definition of a table: the server is read-only, or the disk is full. */
const OF_THE_SERVER = new Set([1021, 1114, 1205, 1290, 1792, 1836]);

interface FieldRow {
  readonly Field: string;
  readonly Type: string;
  readonly Collation: string | null;
  readonly Null: 'YES' | 'NO';
  readonly Extra: string;
  readonly Comment: string;
}

/**
 * The columns and checks of a wanted table as the server prints them, by a temporary table, which commits nothing; undefined
 * where the server cannot create it: the table needs something that is not there yet, or is wrong.
 *
 * @throws MissingPrivilegeError
 */
export async function printTable(
  table: TableModel,
  runner: QueryRunner,
  connection: Connection,
): Promise<PrintedParts | undefined> {
  const collation = table.mysql?.collation ?? connection.collation;
  try {
    await runner.query(probeSql(table, collation));
  } catch (error) {
    const { errno = 0 } = error as { readonly errno?: number };
    if (OF_THE_SERVER.has(errno)) throw error;
    if (errno !== ACCESS_DENIED) return undefined;
    const purpose = 'to have the server print what the entities describe';
    throw new MissingPrivilegeError('CREATE TEMPORARY TABLES', purpose, connection.database, error);
  }
  try {
    const fields = (await runner.query(`SHOW FULL COLUMNS FROM ${PROBE}`)) as FieldRow[];
    const [shown] = (await runner.query(`SHOW CREATE TABLE ${PROBE}`)) as Record<string, string>[];
    return partsOf(fields, shown?.['Create Table'] ?? '', collation, connection);
  } finally {
    await runner.query(`DROP TEMPORARY TABLE ${PROBE}`);
  }
}

function probeSql({ columns, checks, mysql }: TableModel, collation: string): string {
  const members = [
    ...columns.map((column) => columnSql(withoutCounter(column))),
    ...checks.map(({ name, expression }) => `CONSTRAINT ${quote(name ?? '')} CHECK (${closed(expression, MYSQL_SQL)})`),
  ];
  const engine = mysql?.engine === undefined ? 'InnoDB' : mysql.engine;
  return `CREATE TEMPORARY TABLE ${PROBE} (${members.join(', ')}) ENGINE = ${engine} COLLATE = ${collation}`;
}

/** A column without its counter, which only a key can have. */
function withoutCounter({ generationStrategy: _strategy, ...column }: ColumnModel): ColumnModel {
  return column;
}

function partsOf(fields: readonly FieldRow[], sql: string, tableCollation: string, server: Connection): PrintedParts {
  const shown = parseShowCreate(sql);
  const columns = fields.map((field): ColumnModel => {
    const { default: written, expression, check } = shown.columns.get(field.Field) ?? {};
    const value = shownDefault(written, parseType(field.Type).type, server);
    const row: ColumnRow = {
      name: field.Field,
      type: field.Type,
      nullable: field.Null,
      default: null,
      extra: field.Extra,
      expression: expression ?? null,
      collation: field.Collation,
      comment: field.Comment,
    };
    return columnModel(row, {
      server,
      tableCollation,
      ...(value !== undefined && { default: value }),
      ...(check !== undefined && { check }),
    });
  });
  const checks = shown.checks.map(({ name, clause }): CheckModel => ({
    name,
    expression: expressionText(clause, server),
  }));
  return { columns, checks };
}
