import type { RowStatement } from '../../../sql/ddl/statement.js';
import type { Known } from './facts.js';
import { lock } from './locks.js';
import type { PartialEffects } from '../../common/effects/joined.js';
import { rowEffects } from '../../common/effects/rows.js';

/** INSERT, UPDATE, DELETE and COPY lock rows, not the table; the foreign keys of a new row are looked up. */
export function rowChange(statement: RowStatement, known: Known): PartialEffects {
  const { kind, table } = statement;
  const own = known.nameOf(table);
  if (kind === 'insert' || kind === 'copy') {
    return { locks: [lock(own, 'ROW EXCLUSIVE'), ...known.parentsOf(own).map((each) => lock(each, 'ROW SHARE'))] };
  }
  return {
    locks: [lock(own, 'ROW EXCLUSIVE')],
    ...rowEffects(statement, own),
  };
}
