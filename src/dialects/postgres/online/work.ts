import type { Operation } from '../../../operations/operation.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { compiledEffects } from '../../common/effects/compiled-effects.js';
import type { TableWork } from '../../effects.js';
import type { OnlineFacts } from '../../online.js';
import { compile } from '../compile/compile.js';
import { effects } from '../effects/effects.js';

/** What an operation does with all rows of tables; nothing where it cannot be compiled without a database. */
export async function workOf(
  operation: Operation,
  facts: Pick<OnlineFacts, 'schema' | 'server'>,
): Promise<readonly TableWork[]> {
  const found = await compiledEffects(operation, facts, { compile, effects, sqlRules: POSTGRES_SQL });
  return found.flatMap(({ work }) => work);
}
