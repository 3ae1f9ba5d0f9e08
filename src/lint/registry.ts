import type { LintRule } from './rule.js';
import { rule as checkScansUnderLock } from './rules/check-scans-under-lock.js';
import { rule as foreignKeyStopsBothTables } from './rules/foreign-key-stops-both-tables.js';
import { rule as indexStopsWriters } from './rules/index-stops-writers.js';
import { rule as notNullScansUnderLock } from './rules/not-null-scans-under-lock.js';
import { rule as unusedAllowance } from './rules/allowance-without-a-finding.js';

/** All rules, in the order of their pages. */
export const RULES: readonly LintRule[] = [
  indexStopsWriters,
  checkScansUnderLock,
  foreignKeyStopsBothTables,
  notNullScansUnderLock,
  unusedAllowance,
];

/** The rule about comments that allow something which is not found. */
export const UNUSED_ALLOWANCE = unusedAllowance;
