import { earlierOfKind, laterIn } from '../around.js';
import { statementsIn } from '../parts.js';
import type { Found, LintRule } from '../rule.js';
import { type LintedStatement, type LintRun, targetOf } from '../subject.js';

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
  statement: (statement, run) => [...waits(statement, run), ...settings(statement, run)],
};

/** The table whose lock a statement waits for without end. */
function waits(statement: LintedStatement, run: LintRun): readonly Found[] {
  const { lockLimit, changesWaitForReaders } = run.dialect.rules;
  const locked = statement.effects.locks.find(
    ({ object, blocks }) => object === 'table' && (blocks !== 'nothing' || changesWaitForReaders),
  );
  if (locked === undefined || lockLimit === undefined || isOutside(statement)) return [];
  const isOption = run.lockTimeout === 0;
  if (!isOption && !isSwitchedOff(statement, lockLimit, run)) return [];
  const by = isOption ? 'the option `lockTimeout` is 0' : `${lockLimit.setting} is set so`;
  return [
    {
      target: targetOf(locked.name),
      message: `This waits for the lock of ${targetOf(locked.name)} without a limit, as ${by}, and later queries of it wait behind it.`,
    },
  ];
}

/** Outside of a transaction a run sets no limit, but where the database commits each change by itself. */
function isOutside({ transaction, effects: { commits } }: LintedStatement): boolean {
  return transaction === undefined && commits !== true;
}

/** Whether the last setting of the timeout in the revision is none. */
function isSwitchedOff(statement: LintedStatement, { setting, isNone }: LockLimit, run: LintRun): boolean {
  const last = earlierOfKind(statement, 'set', run)
    .filter(({ transaction }) => transaction !== undefined)
    .flatMap(({ parsed }) => statementsIn(parsed))
    .findLast((parsed) => parsed.kind === 'set' && parsed.setting.toLowerCase() === setting);
  return last?.kind === 'set' && isNone(last.value);
}

/** A setting that no statement of the revision waits under: of a role, a database or the server, and one at the end. */
function settings(statement: LintedStatement, run: LintRun): readonly Found[] {
  const { lockLimit } = run.dialect.rules;
  if (lockLimit === undefined) return [];
  return statementsIn(statement.parsed).flatMap((parsed) => {
    if (parsed.kind === 'alter' && OBJECTS.has(parsed.object)) {
      const [, setting = '', value = ''] = ASSIGNED.exec(parsed.text) ?? [];
      if (setting.toLowerCase() !== lockLimit.setting || !lockLimit.isNone(value)) return [];
      return [foundAt(parsed.name?.name ?? setting)];
    }
    const isOff =
      parsed.kind === 'set' && parsed.setting.toLowerCase() === lockLimit.setting && lockLimit.isNone(parsed.value);
    const isLast = statement.transaction !== undefined && laterIn(statement, run).length === 0;
    return isOff && isLast ? [foundAt(lockLimit.setting)] : [];
  });
}

function foundAt(target: string): Found {
  return {
    target,
    message: 'With this setting statements wait for locks without a limit, and later queries wait behind them.',
  };
}

type LockLimit = NonNullable<LintRun['dialect']['rules']['lockLimit']>;

const OBJECTS = new Set(['ROLE', 'USER', 'DATABASE', 'SYSTEM']);
const ASSIGNED = /\bSET\s+(\w+)\s*(?:=|\bTO\b)\s*(.*)$/is;
