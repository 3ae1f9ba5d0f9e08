import type { StepNotice } from '../requests.js';

/** `upgrade a1 -> b2, add email`: base is empty on either side, as Alembic prints it. */
export function describeStep({ kind, from, to, message }: StepNotice): string {
  const name = kind === 'stamp' ? 'stamp_revision' : kind;
  return `${name} ${from.join(', ')} -> ${to.join(', ')}${message === '' ? '' : `, ${message}`}`;
}
