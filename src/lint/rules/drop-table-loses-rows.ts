import { displayName } from '../../schema/schema.model.js';
import { isCopied } from '../copied.js';
import type { SqlStatement } from '../../sql/ddl/statement.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** DROP TABLE, and what takes the rows of a table or of a partition as a whole. */
export const rule: LintRule = {
  code: 'drop-table-loses-rows',
  class: 'loses-data',
  level: 'error',
  summary: 'A table is dropped with its rows.',
  explanation: `Nothing brings the rows back but a backup: a downgrade creates an empty table. First a release that does not use the table, then, when nobody misses it, the drop in a
later one, with a backup of that day. Where that is so, allow the finding with this reason. The rows of a materialized view can be computed again: that is a note.`,
  example: {
    unsafe: `await op.dropTable('loan');`,
    target: 'loan',
  },
  statement: (statement, run) => {
    const others = statement.effects.loses.filter(
      ({ what, part }) => what === 'rows' && (part !== undefined || isMadeAgain(statement.parsed)),
    );
    const lost = new Set(
      statement.effects.loses.filter(({ what }) => what === 'rows').map(({ name }) => displayName(run.nameOf(name))),
    );
    return [
      ...others.map(({ name, part }) => ({
        target: targetOf(run.nameOf(name)),
        message: `The rows of ${targetOf(run.nameOf(name))} are lost${part === undefined ? '' : `: ${part}`}.`,
      })),
      ...statementsIn(statement.parsed)
        .flatMap((parsed) => (parsed.kind === 'drop' ? parsed.names.map((name) => ({ ...parsed, name })) : []))
        .filter(({ object }) => object === 'TABLE' || object === 'MATERIALIZED VIEW')
        .map(({ object, name }) => ({ object, name: run.nameOf(name) }))
        .filter(({ name }) => lost.has(displayName(name)) && !isCopied(statement, name, run))
        .map(({ object, name }) => ({
          target: targetOf(name),
          message: `The rows of ${targetOf(name)} are lost.`,
          ...(object !== 'TABLE' && { level: 'note' as const }),
        })),
    ];
  },
};

/** Whether a statement takes all rows and leaves the table: CREATE OR REPLACE TABLE, DISCARD TABLESPACE. */
function isMadeAgain(parsed: SqlStatement): boolean {
  return parsed.kind === 'alterTable' || (parsed.kind === 'createTable' && parsed.isReplace === true);
}
