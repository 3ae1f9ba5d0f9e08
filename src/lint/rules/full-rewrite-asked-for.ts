import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** VACUUM FULL, CLUSTER and changes of how a table is stored. */
export const rule: LintRule = {
  code: 'full-rewrite-asked-for',
  class: 'rewrites',
  level: 'error',
  summary: 'A table in use is written again as a whole, and nobody may use it meanwhile.',
  explanation: `VACUUM FULL, CLUSTER, SET LOGGED, SET UNLOGGED, SET TABLESPACE and SET ACCESS METHOD copy all rows and build all indexes under the strongest
lock. None has a form that keeps nobody waiting: copy the rows into a new table in batches, or use a tool that does (pg_repack).`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.execute('ALTER TABLE "book" SET UNLOGGED');`,
    target: 'book',
  },
  statement: ({ parsed, effects }) => {
    const isAsked =
      parsed.kind === 'cluster' ||
      (parsed.kind === 'vacuum' && parsed.isFull) ||
      (parsed.kind === 'alterTable' && parsed.actions.some(({ action }) => action === 'other'));
    if (!isAsked) return [];
    return effects.work
      .filter(({ kind }) => kind === 'rewrite')
      .map(({ table }) => ({
        target: targetOf(table),
        message: `Nobody can read or write ${targetOf(table)} until all of its rows are copied.`,
      }));
  },
};
