import type { QueryRunner } from 'typeorm';
import { withoutOwnSchema } from '../../../schema/without-own-schema.js';
import { qualifiedKey, type SchemaModel, type ViewModel } from '../../../schema/schema.model.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { MissingPrivilegeError } from '../errors.js';
import { wholeQuery } from '../reflect/four-bytes.js';
import { viewsQuery, type ViewRow } from '../reflect/queries.js';
import type { Connection } from '../server.js';
import { quote } from '../text.js';
import { viewsOfAllColumns } from './star-views.js';

const PROBE = 'nestjs_migrate_probe_view';

/** "… command denied to user", which a user gets without the privilege CREATE VIEW. */
const COMMAND_DENIED = 1142;

/**
 * The wanted views as the server prints them.
 *
 * There are no temporary views: each whose text differs from the printed one is created under a name of this package's, read and
 * dropped. That commits, so in a transaction of the caller's they stay as they are written.
 *
 * @throws MissingPrivilegeError
 */
export async function printViews(
  wanted: SchemaModel,
  actual: SchemaModel,
  runner: QueryRunner,
  connection: Connection,
): Promise<readonly ViewModel[]> {
  const byKey = new Map(actual.views.map((view) => [qualifiedKey(view), view]));
  const unprintable = viewsOfAllColumns(wanted, actual);
  const views: ViewModel[] = [];
  for (const view of wanted.views) {
    if (unprintable.has(qualifiedKey(view))) {
      views.push({ ...view, indices: [] });
      continue;
    }
    const actual = byKey.get(qualifiedKey(view))?.expression;
    const isPrinted = isSame(actual, view.expression);
    const expression = isPrinted ? actual : ((await printedQuery(view, runner, connection)) ?? view.expression);
    views.push({ ...view, expression: isSame(actual, expression) ? actual : expression, indices: [] });
  }
  return views;
}

/** Whether two queries differ in nothing but white space and quotes: a view that was made without them has none for ever. */
function isSame(actual: string | undefined, wanted: string): actual is string {
  return actual !== undefined && (actual === wanted || queryKey(actual) === queryKey(wanted));
}

function queryKey(sql: string): string {
  return codeTokens(sql, MYSQL_SQL)
    .map(({ kind, text, value }) => (kind === 'quoted' && /^\w+$/.test(value) ? value : text))
    .join(' ');
}

/** The query as the server prints it; undefined where it cannot be created now: it reads something that is not there yet. */
async function printedQuery(
  { expression }: ViewModel,
  runner: QueryRunner,
  connection: Connection,
): Promise<string | undefined> {
  if (runner.isTransactionActive) return undefined;
  const { database } = connection;
  try {
    await runner.query(`CREATE OR REPLACE VIEW ${quote(PROBE)} AS ${expression}`);
  } catch (error) {
    if ((error as { errno?: number }).errno !== COMMAND_DENIED) return undefined;
    const purpose = 'to have the server print the views that the entities describe';
    throw new MissingPrivilegeError('CREATE VIEW', purpose, database, error);
  }
  try {
    const { sql, parameters } = viewsQuery({ databases: [database], tables: [PROBE] });
    const [row] = (await runner.query(sql, [...parameters])) as ViewRow[];
    if (row === undefined) return undefined;
    const whole = await wholeQuery({ name: PROBE }, row.definition, (text) => runner.query(text));
    return withoutOwnSchema(whole, database, MYSQL_SQL);
  } finally {
    await runner.query(`DROP VIEW ${quote(PROBE)}`);
  }
}
