import { type QualifiedName, referencedTable } from '../../schema/schema.model.js';
import { asCode, steps } from '../fix.js';
import type { LintRule } from '../rule.js';
import { targetOf, tableOf, type LintedStatement } from '../subject.js';

/** DROP TABLE and DROP COLUMN with foreign keys. */
export const rule: LintRule = {
  code: 'table-drop-locks-its-parents',
  class: 'lock-held-long',
  level: 'note',
  summary:
    'What is dropped has foreign keys, so that the tables that they refer to are locked with the strongest lock, too.',
  explanation: `DROP TABLE and DROP COLUMN lock the other end of each foreign key with ACCESS EXCLUSIVE until the transaction ends. That takes a moment,
but all of these locks have to be free at once. Dropping the foreign keys before, each in a transaction of its own, locks two tables at a time.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.dropTable('loan');`,
    target: 'loan',
  },
  statement: (statement, run) => {
    const { effects, call } = statement;
    const dropped = droppedIn(statement);
    return dropped.flatMap(({ table: given, column }) => {
      const table = run.nameOf(given);
      if (run.isFree(table)) return [];
      const keys = (tableOf(call, table)?.foreignKeys ?? []).filter(
        (key) => column === undefined || key.columnNames.includes(column),
      );
      const parents = [...new Set(keys.map((key) => targetOf(referencedTable(key))))].filter(
        (name) => name !== targetOf(table) && effects.locks.some((lock) => targetOf(lock.name) === name),
      );
      if (parents.length === 0) return [];
      return [
        {
          target: targetOf(table, column),
          message: `Readers and writers of ${parents.join(', ')} wait until the transaction ends: foreign keys of ${targetOf(table)} refer there.`,
          fix: keys.every(({ name }) => name !== undefined)
            ? steps(...keys.map(({ name = '' }) => inItsOwn(asCode({ kind: 'dropForeignKey', table, name }))))
            : undefined,
          fixPlace: 'before' as const,
        },
      ];
    });
  },
};

/** A call that is committed by itself. */
function inItsOwn(code: string): string {
  return `await op.autocommit(() => ${code.replace(/^await /, '').replace(/;$/, '')});`;
}

function droppedIn({
  parsed,
}: LintedStatement): readonly { readonly table: QualifiedName; readonly column?: string }[] {
  if (parsed.kind === 'drop') return parsed.object === 'TABLE' ? parsed.names.map((table) => ({ table })) : [];
  if (parsed.kind !== 'alterTable') return [];
  return parsed.actions.flatMap((action) =>
    action.action === 'dropColumn' ? [{ table: parsed.table, column: action.column }] : [],
  );
}
