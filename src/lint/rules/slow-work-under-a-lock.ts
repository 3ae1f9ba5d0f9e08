import { subjectOf } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type HeldLock } from '../subject.js';

/** Work on all rows while a lock of an earlier statement keeps others waiting. */
export const rule: LintRule = {
  code: 'slow-work-under-a-lock',
  class: 'lock-held-long',
  level: 'error',
  summary: 'A statement works on all rows of a table while an earlier one of its transaction keeps others waiting.',
  explanation: `A lock lasts to the end of its transaction, not of its statement, and by default a run is one transaction over all its revisions. ALTER TABLE
takes a moment; what comes behind it in the transaction decides how long everybody waits. Put the work into \`op.autocommit\`, or into another
revision with \`transactionPerMigration\`.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.addColumn('book', { name: 'subtitle', type: 'text', isNullable: true });
await op.execute("UPDATE author SET name = trim(name) WHERE name LIKE ' %'");`,
    target: 'book',
    safe: [
      `await op.addColumn('book', { name: 'subtitle', type: 'text', isNullable: true });
await op.autocommit(() => op.execute("UPDATE author SET name = trim(name) WHERE name LIKE ' %'"));`,
    ],
  },
  statement: (statement, run) => {
    const locks = statement.holds.filter((lock) => !isOfOneCall(lock, statement) && !isOfOtherRule(lock, statement));
    const worked = targetOf(subjectOf(statement, run));
    const byTarget = new Map(locks.toReversed().map((lock) => [targetOf(lock.name), lock]));
    return [...byTarget.values()].map((lock) => ({
      target: targetOf(lock.name),
      message: `${lock.blocks === 'reads' ? 'Nobody can read or write' : 'Nobody can write'} ${targetOf(lock.name)}, which ${placeOf(lock)} has locked, while all rows of ${worked} are worked on.`,
    }));
  },
};

/** Whether an operation takes the lock and does the work: it is for the rules about the operation. SQL by hand may be several statements. */
function isOfOneCall(lock: HeldLock, statement: LintedStatement): boolean {
  return lock.call === statement.call && (!statement.call.byHand || lock.statement === statement);
}

function placeOf({ call }: HeldLock): string {
  const line = call.line();
  return line === undefined ? `revision ${call.revision}` : `line ${line} of ${call.revision}`;
}

/** Rules of their own: VALIDATE behind NOT VALID, several foreign keys, an UPDATE behind a change of the same table. */
function isOfOtherRule(lock: HeldLock, { parsed, effects }: LintedStatement): boolean {
  if (parsed.kind === 'alterTable') {
    const kinds = parsed.actions.map(({ action }) => action);
    if (kinds.every((action) => action === 'validateConstraint')) {
      return lock.call.statements.some(({ parsed: earlier }) => addsNotValid(earlier));
    }
    const isKey = parsed.actions.every(
      (action) => action.action === 'addConstraint' && action.constraint.type === 'foreignKey',
    );
    if (isKey) return lock.mode === 'SHARE ROW EXCLUSIVE';
  }
  const isRows = parsed.kind === 'update' || parsed.kind === 'delete';
  return isRows && effects.work.some(({ table }) => targetOf(table) === targetOf(lock.name));
}

function addsNotValid(parsed: LintedStatement['parsed']): boolean {
  return (
    parsed.kind === 'alterTable' &&
    parsed.actions.some((action) => action.action === 'addConstraint' && action.constraint.isNotValid)
  );
}
