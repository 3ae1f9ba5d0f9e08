import { textOf } from '../by-hand.js';
import { execute, quoted } from '../fix.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** REFRESH MATERIALIZED VIEW without CONCURRENTLY. */
export const rule: LintRule = {
  code: 'refresh-stops-readers',
  class: 'blocks-reads',
  level: 'warning',
  summary: 'A materialized view is filled again, and its readers wait.',
  explanation: `REFRESH MATERIALIZED VIEW holds the strongest lock of the view until its query is done. With CONCURRENTLY readers go on; it needs a unique
index of the view, on columns and without a condition.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: `await op.createView({ name: 'titles', expression: 'SELECT 1 AS id', materialized: true });
await op.createIndex('titles', { name: 'IDX_titles', columnNames: ['id'], isUnique: true });`,
    },
    unsafe: `await op.execute('REFRESH MATERIALIZED VIEW "titles"');`,
    target: 'titles',
    safe: [`await op.execute('REFRESH MATERIALIZED VIEW CONCURRENTLY "titles"');`],
  },
  statement: (statement, run) => {
    const { parsed, call } = statement;
    if (parsed.kind !== 'refresh' || parsed.isConcurrent || parsed.isWithoutData) return [];
    const view = run.nameOf(parsed.view);
    if (run.isFree(view)) return [];
    const model = call.schema.views.find((each) => targetOf(each) === targetOf(view));
    const hasUnique = model?.indices.some(({ isUnique, where }) => isUnique && where === undefined);
    return [
      {
        target: targetOf(view),
        message: `Readers of ${targetOf(view)} wait until it is filled.${hasUnique === true ? '' : ' CONCURRENTLY needs a unique index of the view.'}`,
        fix:
          hasUnique === true && textOf(statement, run) !== undefined
            ? execute(`REFRESH MATERIALIZED VIEW CONCURRENTLY ${quoted(view, run)}`)
            : undefined,
      },
    ];
  },
};
