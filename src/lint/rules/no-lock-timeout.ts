import type { DialectRules, Effects } from '../../dialects/dialect.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedCall } from '../subject.js';

/** A lock that is waited for without end. */
export const rule: LintRule = {
  code: 'no-lock-timeout',
  class: 'lock-held-long',
  level: 'warning',
  summary: 'A table is locked without a limit to the wait, and everybody who comes later waits behind it.',
  explanation: `While ALTER TABLE waits behind a long query, each later query of the table waits behind ALTER TABLE. A run sets \`lock_timeout\`, on MariaDB and MySQL
\`lock_wait_timeout\`, to the option \`lockTimeout\` (two seconds) and begins again after a pause. \`lockTimeout: 0\` and \`SET lock_timeout = 0\` take that away,
and so does \`SET lock_wait_timeout = 86400\`.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.execute('SET lock_timeout = 0');
await op.addColumn('book', { name: 'subtitle', type: 'text', isNullable: true });`,
    target: 'book',
    safe: [`await op.addColumn('book', { name: 'subtitle', type: 'text', isNullable: true });`],
  },
  statement: ({ effects, call, transaction }, run) => {
    const { lockLimit, changesWaitForReaders } = run.dialect.rules;
    const locked = effects.locks.find(
      ({ object, blocks }) => object === 'table' && (blocks === 'reads' || changesWaitForReaders),
    );
    if (locked === undefined || lockLimit === undefined || isOutside(transaction, effects)) return [];
    const isOption = run.lockTimeout === 0;
    if (!isOption && !isSwitchedOff(call, run.calls, lockLimit)) return [];
    const by = isOption ? 'the option `lockTimeout` is 0' : `${lockLimit.setting} is set so`;
    return [
      {
        target: targetOf(locked.name),
        message: `This waits for the lock of ${targetOf(locked.name)} without a limit, as ${by}, and later queries of it wait behind it.`,
      },
    ];
  },
};

/** Outside of a transaction a run sets no limit, but where the database commits each change by itself. */
function isOutside(transaction: number | undefined, { commits }: Effects): boolean {
  return transaction === undefined && commits !== true;
}

/** Whether the last setting of the timeout in the revision is none. */
function isSwitchedOff(
  { index, revision }: LintedCall,
  calls: readonly LintedCall[],
  { setting, isNone }: NonNullable<DialectRules['lockLimit']>,
): boolean {
  for (let at = index - 1; at >= 0 && calls[at]?.revision === revision; at--) {
    for (const { parsed, transaction } of calls[at]?.statements.toReversed() ?? []) {
      if (parsed.kind !== 'set' || parsed.setting.toLowerCase() !== setting || transaction === undefined) continue;
      return isNone(parsed.value);
    }
  }
  return false;
}
