import type { Blocks } from '../../dialects/effects.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** VACUUM FULL, CLUSTER and changes of how a table is stored. */
export const rule: LintRule = {
  code: 'full-rewrite-asked-for',
  class: 'rewrites',
  level: 'error',
  summary: 'A table in use is written again as a whole.',
  explanation: `VACUUM FULL, CLUSTER, SET LOGGED, SET UNLOGGED, SET TABLESPACE and SET ACCESS METHOD copy all rows and build all indexes under the strongest
lock. None has a form that keeps nobody waiting: copy the rows into a new table in batches, or use a tool that does (pg_repack). OPTIMIZE TABLE and
FORCE of MySQL and MariaDB let others go on, and take time and space for a second table, on each replica too: a note.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.execute('ALTER TABLE "book" SET UNLOGGED');`,
    target: 'book',
  },
  statement: ({ parsed, effects }) => {
    const isAsked =
      parsed.kind === 'cluster' ||
      parsed.kind === 'optimize' ||
      (parsed.kind === 'vacuum' && parsed.isFull) ||
      (parsed.kind === 'alterTable' && parsed.actions.some(({ action }) => action === 'other'));
    if (!isAsked) return [];
    const isBlocking = (blocks: Blocks): boolean => effects.locks.some((lock) => lock.blocks === blocks);
    // Where writers alone wait, copy-stops-writers finds it.
    if (isBlocking('writes') && !isBlocking('reads')) return [];
    return effects.work
      .filter(({ kind }) => kind === 'rewrite')
      .map(({ table }) =>
        isBlocking('reads')
          ? {
              target: targetOf(table),
              message: `Nobody can read or write ${targetOf(table)} until all of its rows are copied.`,
            }
          : {
              target: targetOf(table),
              level: 'note' as const,
              message: `All rows of ${targetOf(table)} are written again, while others read and write.`,
            },
      );
  },
};
