import type { InsertWriter } from '../../common/inserts.js';
import { literal, quote } from '../text.js';

/** Enough rows that their number does not matter, few enough that a statement stays readable. */
export const insertWriter: InsertWriter = {
  quote,
  rowsPerStatement: 500,
  parametersPerStatement: Infinity,
  write: (value) => literal(value),
  writesDefault: false,
};
