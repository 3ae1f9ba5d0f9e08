import { joined as joinedBy, type PartialEffects } from '../../common/effects/joined.js';
import type { Effects } from '../../effects.js';
import { strengthOf } from './locks.js';

/** All that several parts of a statement do, with the strongest lock of each object. */
export function joined(parts: readonly PartialEffects[]): Effects {
  return joinedBy(parts, strengthOf);
}
