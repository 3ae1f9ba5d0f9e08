import { mapExpressions } from '../../../schema/map-expressions.js';
import {
  type QualifiedName,
  referencedTable,
  type SchemaModel,
  type TableModel,
} from '../../../schema/schema.model.js';
import type { QueryRunner } from 'typeorm';
import { UnsupportedEntityError } from '../../../errors/schema.errors.js';
import { edited, instead } from '../../../sql/edit.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { tableKey } from '../reflect/naming.js';
import { type Connection, inPinnedWords } from '../server.js';
import { quote } from '../text.js';

/**
 * A schema as entities write it, in the SQL that the session of a run reads: with the names that the server keeps, and with names in backticks
 * where the application's sessions have them in double quotes (`ANSI_QUOTES`).
 *
 * @throws UnsupportedEntityError for `||` that joins texts, which is OR in a run
 */
export function inRunWords(written: SchemaModel, actual: SchemaModel, runner: QueryRunner): Promise<SchemaModel> {
  return inPinnedWords(runner, async (connection) => {
    const { ansiQuotes, pipesAsConcat } = connection.application;
    if (pipesAsConcat) mapExpressions(written, withoutPipes);
    const quoted = ansiQuotes ? mapExpressions(written, withBackticks) : written;
    return connection.tableNames === 'exact' ? quoted : withStoredNames(quoted, actual, connection);
  });
}

/** @throws UnsupportedEntityError */
function withoutPipes(sql: string): string {
  if (!codeTokens(sql, MYSQL_SQL).some((token) => token.is('||') || (token.is('|') && /\|\|/.test(sql)))) return sql;
  throw new UnsupportedEntityError(`The server's sql_mode has PIPES_AS_CONCAT, and migrations run without it: ${sql}`, {
    hint: 'Write CONCAT(…) instead of ||, which then means the same in every mode.',
  });
}

function withBackticks(sql: string): string {
  const names = codeTokens(sql, MYSQL_SQL).filter(({ text }) => text.startsWith('"'));
  return edited(
    sql,
    names.map((token) => instead(token, quote(token.value))),
  );
}

/** The names of the actual tables and views where they differ in case alone, which is no difference to the server. */
function withStoredNames(wanted: SchemaModel, actual: SchemaModel, connection: Connection): SchemaModel {
  const stored = new Map(
    [...actual.tables, ...actual.views].map(({ schema, name }) => [
      tableKey({ ...(schema !== undefined && { schema }), name }, connection),
      { ...(schema !== undefined && { schema }), name },
    ]),
  );
  const nameOf = (given: QualifiedName): QualifiedName => {
    const found = stored.get(tableKey(given, connection));
    return found ?? (connection.tableNames === 'lower' ? lower(given) : given);
  };
  const named = <T extends QualifiedName>(member: T): T => ({ ...member, ...nameOf(member) });
  const keyNamed = (key: TableModel['foreignKeys'][number]): TableModel['foreignKeys'][number] => {
    const { schema, name } = nameOf(referencedTable(key));
    return { ...key, ...(schema !== undefined && { referencedSchema: schema }), referencedTableName: name };
  };
  return {
    ...wanted,
    tables: wanted.tables.map((table) => ({ ...named(table), foreignKeys: table.foreignKeys.map(keyNamed) })),
    views: wanted.views.map((view) => ({ ...named(view), dependsOn: view.dependsOn.map(nameOf) })),
  };
}

function lower({ schema, name }: QualifiedName): QualifiedName {
  return { ...(schema !== undefined && { schema: schema.toLowerCase() }), name: name.toLowerCase() };
}
