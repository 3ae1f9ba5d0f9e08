import { type IndexModel, qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import { earlierOfKind } from '../around.js';
import { textOf, hasWord } from '../by-hand.js';
import { asCode } from '../fix.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** CREATE INDEX CONCURRENTLY IF NOT EXISTS by hand. */
export const rule: LintRule = {
  code: 'if-not-exists-over-an-invalid-index',
  class: 'leaves-unvalidated',
  level: 'warning',
  summary: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS passes over an INVALID index, which stays INVALID.',
  explanation: `A build with CONCURRENTLY that is stopped leaves an INVALID index behind, which no query uses, and which as a unique one may not
even check. Run again, IF NOT EXISTS finds its name and does nothing: the run reports success. \`op.createIndex\` with
\`isConcurrent\` looks whether the index is valid, and drops an INVALID one first.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY IF NOT EXISTS "IDX_title" ON "book" ("title")'));`,
    target: 'book',
    safe: [`await op.createIndex('book', { name: 'IDX_title', columnNames: ['title'], isConcurrent: true });`],
  },
  statement: (statement, run) => {
    const { parsed, call } = statement;
    if (!call.byHand || parsed.kind !== 'createIndex' || !parsed.isConcurrent || !parsed.ifNotExists) return [];
    const table = run.nameOf(parsed.table);
    const name = parsed.index && run.nameOf(parsed.index);
    if (name !== undefined && isDroppedBefore(statement, name, run)) return [];
    const { index, columns, isUnique, where, columnOptions } = parsed;
    const sql = textOf(statement, run);
    const isPlain =
      where === undefined &&
      columnOptions === undefined &&
      columns.every((column) => column !== undefined) &&
      sql !== undefined &&
      !hasMore(sql, run);
    const model: IndexModel | undefined =
      index === undefined || !isPlain
        ? undefined
        : { name: index.name, columnNames: columns, ...(isUnique && { isUnique }), isConcurrent: true };
    return [
      {
        target: targetOf(table),
        message: `Where an earlier build was stopped, ${index?.name ?? 'the index'} stays INVALID.`,
        fix: model && asCode({ kind: 'createIndex', table, index: model }),
      },
    ];
  },
};

/** Whether the same revision drops an index of this name, so that there is none. */
function isDroppedBefore(statement: LintedStatement, index: QualifiedName, run: LintRun): boolean {
  return earlierOfKind(statement, 'drop', run)
    .flatMap(({ parsed }) => statementsIn(parsed))
    .some(
      (one) =>
        one.kind === 'drop' &&
        one.object === 'INDEX' &&
        one.names.some((name) => qualifiedKey(run.nameOf(name)) === qualifiedKey(index)),
    );
}

/** What an index by hand may have that its columns do not give. */
function hasMore(sql: string, run: LintRun): boolean {
  return hasWord(sql, run, 'USING', 'INCLUDE', 'DESC', 'NULLS', 'COLLATE', 'WITH', 'TABLESPACE') || /_ops\b/.test(sql);
}
