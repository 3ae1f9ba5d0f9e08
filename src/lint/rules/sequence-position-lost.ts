import { earlierOfKind, laterIn } from '../around.js';
import { actionsOn, statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** A sequence that is dropped, or begins again. */
export const rule: LintRule = {
  code: 'sequence-position-lost',
  class: 'loses-data',
  level: 'warning',
  summary: 'A sequence is dropped or begins again, so that numbers may be given a second time.',
  explanation: `What a sequence has given stays in rows, in logs and in other systems. After RESTART, or from a new sequence, the same numbers come again: with a key
the INSERT fails, without one two things have one number. \`op.alterColumn\` carries the position over between serial and identity; by hand,
\`setval\` with the largest number does. AUTO_INCREMENT of MySQL and MariaDB never goes below the rows that there are, but gives the numbers of deleted ones again;
so does AUTOINCREMENT of SQLite, once its row is deleted from \`sqlite_sequence\`.`,
  databases: ['postgres', 'mysql', 'sqlite'],
  example: {
    facts: { scene: `await op.createSequence('invoice_number');` },
    unsafe: `await op.execute('ALTER SEQUENCE invoice_number RESTART');`,
    target: 'invoice_number',
  },
  statement: (statement, run) => [
    ...statement.effects.loses
      .filter(({ what }) => what === 'position' && !isFirstPosition(statement, run) && !isCarriedOver(statement))
      .map(({ name, column }) => ({
        target: targetOf(name, column),
        message: `${targetOf(name, column)} may give numbers a second time.`,
      })),
    ...newIdentities(statement, run).map((target) => ({
      target,
      message: `${target} begins to count at 1, whatever numbers there are.`,
    })),
  ],
};

/** Whether a sequence gets the position that it begins at: the revision has made it with an identity. */
function isFirstPosition(statement: LintedStatement, run: LintRun): boolean {
  return (
    statement.parsed.kind === 'setval' &&
    earlierOfKind(statement, 'alterTable', run).some(({ parsed }) =>
      statementsIn(parsed).some(
        (one) => one.kind === 'alterTable' && one.actions.some(({ action }) => action === 'addIdentity'),
      ),
    )
  );
}

/** Whether it is in a block that sets the position of a sequence, too. */
function isCarriedOver({ sql, isPart, parsed }: LintedStatement): boolean {
  return isPart && parsed.kind !== 'setval' && SETS.test(sql);
}

const SETS = /\bsetval\s*\(/i;

/** Columns that become identity by hand, and whose number nobody sets. */
function newIdentities(statement: LintedStatement, run: LintRun): readonly string[] {
  if (!statement.call.byHand || /\b(?:START|RESTART)\b/i.test(statement.sql)) return [];
  const isSet = (column: string): boolean =>
    [statement, ...laterIn(statement, run)].some(
      ({ sql }) => (SETS.test(sql) || /\bRESTART\b/i.test(sql)) && sql.includes(column),
    );
  return actionsOn(statement, run, 'addIdentity')
    .filter(({ table, action: { column } }) => !run.isNewColumn(table, column) && !isSet(column) && !isSet(table.name))
    .map(({ table, action: { column } }) => targetOf(table, column));
}
