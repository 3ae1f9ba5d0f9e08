import { qualifiedKey, type TableModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { quote } from '../text.js';
import { indexedColumns } from './clauses.js';

/** The index of a column that counts between two statements, of which the first drops the primary key and a later one creates it. */
const COUNTER_INDEX = 'nestjs_migrate_counter';

/**
 * The clauses that give a column which counts an index as long as no key begins with it, and take that away again: the servers refuse
 * a table without one (error 1075).
 *
 * @param after the table as it is behind the statement
 */
export function counterClauses(after: TableModel, { kept }: CompileContext): readonly string[] {
  const counter = after.columns.find(({ generationStrategy }) => generationStrategy === 'increment')?.name;
  const note = `${COUNTER_INDEX} ${qualifiedKey(after)}`;
  const isThere = kept.has(note) || after.indices.some(({ name }) => name === COUNTER_INDEX);
  const others = [...indexedColumns(after)].filter(([name]) => name !== COUNTER_INDEX);
  const isNeeded =
    counter !== undefined && !others.some(([, [first]]) => first?.toLowerCase() === counter.toLowerCase());
  if (isNeeded === isThere) return [];
  if (isNeeded) kept.set(note, true);
  else kept.delete(note);
  return [isNeeded ? `ADD INDEX ${quote(COUNTER_INDEX)} (${quote(counter)})` : `DROP INDEX ${quote(COUNTER_INDEX)}`];
}
