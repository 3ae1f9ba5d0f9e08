import { displayName, type QualifiedName } from '../../schema/schema.model.js';
import { quoteName } from '../../sql/identifiers.js';
import { isColumnReplaced, isReplaced } from '../around.js';
import { asCode, execute, quoted, steps } from '../fix.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { columnOf, type LintedStatement, type LintRun, targetOf } from '../subject.js';
import { flatOperations } from '../../operations/flat-operations.js';

/** A rename of a table, a view, a column or a schema. */
export const rule: LintRule = {
  code: 'rename-breaks-old-code',
  class: 'breaks-old-code',
  level: 'error',
  summary:
    'A table, a column or a schema gets another name, under which the release that is running does not look for it.',
  explanation: `While instances of the old release run, and that is during every deployment, each of their queries fails. A table can keep its old name as a view: create it
in the same revision, and drop it one release later. A column needs a second one: add it, write both, fill it, read the new one, and drop the old one in a
later release.`,
  example: {
    unsafe: `await op.renameTable('book', 'volume');`,
    target: 'book',
    safe: [
      `await op.renameTable('book', 'volume');
await op.createView({ name: 'book', expression: 'SELECT * FROM volume' });`,
    ],
  },
  statement: (statement, run) => {
    const other = otherRenames(statement, run);
    return statement.effects.breaks
      .filter(({ how, name, column }) => {
        if (how !== 'renamed' || other.has(displayName(run.nameOf(name)))) return false;
        return column === undefined
          ? !isReplaced(statement, name, run)
          : !isColumnReplaced(statement, name, column, run);
      })
      .map(({ name, column }) => {
        const fix = column === undefined ? tableFix(statement, name) : columnFix(statement, name, column);
        return {
          target: targetOf(name, column),
          message: `The release that is running looks for ${targetOf(name, column)} under this name.`,
          ...(fix !== undefined && { fix }),
        };
      });
  },
};

const OBJECTS = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE', 'SCHEMA']);

/** What is renamed, and no query names as a source of rows: types, sequences, functions. */
function otherRenames({ parsed }: LintedStatement, run: LintRun): ReadonlySet<string> {
  return new Set(
    statementsIn(parsed).flatMap((one) =>
      one.kind === 'rename' && !OBJECTS.has(one.object) ? [displayName(run.nameOf(one.name))] : [],
    ),
  );
}

function tableFix({ call: { operation } }: LintedStatement, name: QualifiedName): string | undefined {
  if (operation.kind !== 'renameTable') return undefined;
  return steps(asCode(operation), execute(`CREATE VIEW ${quoted(name)} AS SELECT * FROM ${quoted(operation.to)}`));
}

function columnFix({ call }: LintedStatement, table: QualifiedName, column: string): string | undefined {
  const renamed = flatOperations([call.operation]).find((one) => one.kind === 'renameColumn' && one.from === column);
  const was = columnOf(call, table, column);
  if (renamed?.kind !== 'renameColumn' || was === undefined) return undefined;
  return steps(
    asCode({
      kind: 'addColumn',
      table,
      column: { name: renamed.to, type: was.type, ...sizeOf(was), isNullable: true },
    }),
    `// The next release writes both columns. Fill the new one:`,
    `await op.inBatches({ table: '${displayName(table)}', size: 1000 }, \`UPDATE ${quoted(table)} SET ${quoteName(renamed.to)} = ${quoteName(column)}\`);`,
    `// When no release reads the old one any more, drop it.`,
  );
}

function sizeOf({ length, precision, scale }: NonNullable<ReturnType<typeof columnOf>>): object {
  return {
    ...(length !== undefined && { length }),
    ...(precision !== undefined && { precision }),
    ...(scale !== undefined && { scale }),
  };
}
