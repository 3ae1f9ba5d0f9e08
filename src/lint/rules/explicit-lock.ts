import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** LOCK TABLE that keeps others waiting. */
export const rule: LintRule = {
  code: 'explicit-lock',
  class: 'blocks-writes',
  level: 'warning',
  summary: 'LOCK TABLE keeps others from a table until the transaction ends, or until UNLOCK TABLES.',
  explanation: `LOCK TABLE without a mode is ACCESS EXCLUSIVE, the strongest. A statement takes the lock that it needs by itself; what is to be safe from
other writers can be done by one statement, or by row locks (\`SELECT … FOR UPDATE\`).`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.execute('LOCK TABLE "book" IN SHARE MODE');`,
    target: 'book',
    safe: [`await op.execute('LOCK TABLE "book" IN ROW SHARE MODE');`],
  },
  statement: ({ parsed, effects }, run) =>
    parsed.kind !== 'lock'
      ? []
      : effects.locks
          .filter(({ blocks }) => blocks !== 'nothing')
          .map(({ name, blocks }) => ({
            target: targetOf(run.nameOf(name)),
            message: `${blocks === 'reads' ? 'Nobody can read or write' : 'Nobody can write'} ${targetOf(name)} until ${OF_SESSIONS.has(parsed.mode) ? 'UNLOCK TABLES' : 'the transaction ends'}.`,
          })),
};

/** The modes of LOCK TABLES, whose locks no transaction ends. */
const OF_SESSIONS = new Set(['READ', 'WRITE']);
