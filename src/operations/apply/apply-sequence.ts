import type { SequenceModel } from '../../schema/schema.model.js';
import type { SequenceChange } from '../operation.js';

/** A sequence after a change of it: canonical, so a field with its default is absent. */
export function changeSequence(sequence: SequenceModel, change: SequenceChange): SequenceModel {
  const { restart: _restart, ...fields } = change;
  const changed: Record<string, unknown> = { ...sequence };
  for (const [field, value] of Object.entries(fields)) {
    if (value === null || value === false) delete changed[field];
    else if (value !== undefined) changed[field] = value;
  }
  return changed as unknown as SequenceModel;
}
