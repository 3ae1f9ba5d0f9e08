import type { InsertWriter } from '../../common/inserts.js';
import { literal, quote } from '../text.js';

/** Writes INSERT statements with enough rows that their number does not matter, and few enough to be readable. */
export const insertWriter: InsertWriter = {
  quote,
  rowsPerStatement: 500,
  parametersPerStatement: Infinity,
  write: (value) => literal(value),
  writesDefault: false,
};
