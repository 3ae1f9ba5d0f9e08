import { typeText } from '../../operations/describe/describe-type.js';
import { flatOperations } from '../../operations/flat-operations.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { convertedToEnum } from '../enums.js';
import { actionsOn, isRewritten } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, columnOf, tableOf, type LintedStatement, type LintRun } from '../subject.js';

/** A change of type for which the database writes each row again. */
export const rule: LintRule = {
  code: 'type-rewrites-table',
  class: 'rewrites',
  level: 'error',
  summary: 'A column gets another type, and all rows of the table are written again.',
  explanation: `A longer varchar, text for varchar, more digits with the same scale take a moment. Most other changes write all rows and all indexes again, and
nobody may use the table (PostgreSQL) or write it (MariaDB, MySQL) meanwhile. In place of it: a new column of the new type, a trigger that keeps both,
the old rows in batches, and in a later release the old column goes:
\`npx nest-cmd db migrate --expand book.pages:bigint\` writes these revisions on PostgreSQL. A table that is small may be written again: allow it there.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.alterColumn('book', 'pages', { type: 'bigint' });`,
    target: 'book.pages',
    safe: [`await op.alterColumn('book', 'title', { type: 'varchar', length: '300' });`],
  },
  statement: (statement, run) => {
    const ofEnums = new Set(convertedToEnum(statement, run).map(({ table, column }) => targetOf(table, column)));
    return [
      ...actionsOn(statement, run, 'setType').map(({ table, action }) => ({
        table,
        column: action.column,
        type: action.type,
      })),
      ...actionsOn(statement, run, 'changeColumn')
        .filter(() => statement.effects.locks.some(({ blocks }) => blocks !== 'nothing'))
        .map(({ table, action }) => ({ table, column: action.from, type: action.column.type })),
    ]
      .filter(({ table, column }) => isRewritten(statement, table, column) && !ofEnums.has(targetOf(table, column)))
      .map(({ table, column, type }) => ({
        target: targetOf(table, column),
        message: `All rows of ${targetOf(table)} are written again, as the type of ${column} changes from ${oldType(statement, table, column)} to ${type}.`,
        fix: fixOf(statement, table, column, type, run),
      }));
  },
};

function oldType({ call }: LintedStatement, table: QualifiedName, column: string): string {
  const was = columnOf(call, table, column);
  return was === undefined ? 'another one' : typeText(was).replace(', ', ',');
}

/** The command that writes the revisions which do the same; undefined where there are none. */
function fixOf(
  statement: LintedStatement,
  name: QualifiedName,
  column: string,
  type: string,
  { dialect }: LintRun,
): string | undefined {
  const table = tableOf(statement.call, name);
  // What times become is decided first, by the fix of another rule: in UTC they are not written again.
  const isOfZone = statement.effects.loses.some((loss) => loss.isByTimeZone && loss.column === column);
  const isKnown = table?.columns.some((each) => each.name === column) === true;
  if (!isKnown || dialect.expand === undefined || isOfZone) return undefined;
  const [change] = flatOperations([statement.call.operation]).flatMap((one) =>
    one.kind === 'alterColumn' && one.column === column ? [one.to] : [],
  );
  const expansion = dialect.expand({ schema: statement.call.schema, table, column, to: change ?? { type } });
  if (expansion.refused !== undefined) return undefined;
  return `// In three revisions, which keep nobody waiting: npx nest-cmd db migrate --expand '${targetOf(name, column)}:${type}'`;
}
