import type { SequenceModel } from '../../schema/schema.model.js';
import type { SequenceChange } from '../operation.js';
import { changeFields } from './change-fields.js';

/** A sequence after a change of it: canonical, so a field with its default is absent. */
export function changeSequence(sequence: SequenceModel, change: SequenceChange): SequenceModel {
  const { restart: _restart, ...fields } = change;
  return changeFields(sequence, fields);
}
