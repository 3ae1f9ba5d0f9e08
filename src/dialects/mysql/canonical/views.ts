import type { QueryRunner } from 'typeorm';
import { qualifiedKey, type SchemaModel, type ViewModel } from '../../../schema/schema.model.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import type { Connection } from '../server.js';
import { viewsOfAllColumns } from './star-views.js';
import { ViewProbe } from './view-probe.js';

/**
 * The wanted views as the server prints them: each whose text differs from the printed one is printed (`ViewProbe`), and stays as it is
 * written where that cannot be done yet.
 *
 * @throws MissingPrivilegeError
 */
export async function printViews(
  wanted: SchemaModel,
  actual: SchemaModel,
  runner: QueryRunner,
  connection: Connection,
): Promise<readonly ViewModel[]> {
  const byKey = new Map(actual.views.map((view) => [qualifiedKey(view), view.expression]));
  const unprintable = viewsOfAllColumns(wanted, actual);
  const isSettled = (view: ViewModel): boolean =>
    unprintable.has(qualifiedKey(view)) || isSame(byKey.get(qualifiedKey(view)), view.expression);
  const settled = (view: ViewModel, printed = view.expression): ViewModel => {
    const found = unprintable.has(qualifiedKey(view)) ? undefined : byKey.get(qualifiedKey(view));
    return { ...view, expression: isSame(found, printed) ? found : printed, indices: [] };
  };
  if (wanted.views.every(isSettled)) return wanted.views.map((view) => settled(view));
  return ViewProbe.use(runner, connection, async (probe) => {
    const views: ViewModel[] = [];
    for (const view of wanted.views) {
      views.push(settled(view, isSettled(view) ? undefined : await probe?.print(view.expression)));
    }
    return views;
  });
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
