import { applyToTableWith } from '../../operations/apply/apply.js';
import { SQLITE_SQL } from '../../sql/rules.js';

/** A table as it is after an operation, its expressions read as SQLite reads them. */
export const applyToTable = applyToTableWith(SQLITE_SQL);
