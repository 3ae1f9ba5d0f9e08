import type { LintRule } from './rule.js';
import { rule as indexStopsWriters } from './rules/index-stops-writers.js';
import { rule as concurrentIndexInATransaction } from './rules/concurrent-index-in-a-transaction.js';
import { rule as indexDroppedUnderLock } from './rules/index-dropped-under-lock.js';
import { rule as indexOfAPartitionedTable } from './rules/index-of-a-partitioned-table.js';
import { rule as reindexStopsReaders } from './rules/reindex-stops-readers.js';
import { rule as ifNotExistsOverAnInvalidIndex } from './rules/if-not-exists-over-an-invalid-index.js';
import { rule as concurrentIndexWithALockTimeout } from './rules/concurrent-index-with-a-lock-timeout.js';
import { rule as uniqueStopsReaders } from './rules/unique-stops-readers.js';
import { rule as primaryKeyStopsReaders } from './rules/primary-key-stops-readers.js';
import { rule as primaryKeyOfANullableColumn } from './rules/primary-key-of-a-nullable-column.js';
import { rule as indexCannotBecomeAConstraint } from './rules/index-cannot-become-a-constraint.js';
import { rule as exclusionStopsReaders } from './rules/exclusion-stops-readers.js';
import { rule as checkScansUnderLock } from './rules/check-scans-under-lock.js';
import { rule as foreignKeyStopsBothTables } from './rules/foreign-key-stops-both-tables.js';
import { rule as notNullScansUnderLock } from './rules/not-null-scans-under-lock.js';
import { rule as notNullOnACheckNotValidated } from './rules/not-null-on-a-check-not-validated.js';
import { rule as validatedInTheSameTransaction } from './rules/validated-in-the-same-transaction.js';
import { rule as neverValidated } from './rules/never-validated.js';
import { rule as domainChecksEveryTable } from './rules/domain-checks-every-table.js';
import { rule as severalForeignKeysAtOnce } from './rules/several-foreign-keys-at-once.js';
import { rule as tableDropLocksItsParents } from './rules/table-drop-locks-its-parents.js';
import { rule as slowWorkUnderALock } from './rules/slow-work-under-a-lock.js';
import { rule as severalTablesUnderLock } from './rules/several-tables-under-lock.js';
import { rule as noLockTimeout } from './rules/no-lock-timeout.js';
import { rule as explicitLock } from './rules/explicit-lock.js';
import { rule as fullRewriteAskedFor } from './rules/full-rewrite-asked-for.js';
import { rule as refreshStopsReaders } from './rules/refresh-stops-readers.js';
import { rule as partitionScannedUnderLock } from './rules/partition-scanned-under-lock.js';
import { rule as partitionTakenOffUnderLock } from './rules/partition-taken-off-under-lock.js';
import { rule as defaultRewritesTable } from './rules/default-rewrites-table.js';
import { rule as countingColumnRewritesTable } from './rules/counting-column-rewrites-table.js';
import { rule as storedColumnRewritesTable } from './rules/stored-column-rewrites-table.js';
import { rule as domainColumnRewritesTable } from './rules/domain-column-rewrites-table.js';
import { rule as typeRewritesTable } from './rules/type-rewrites-table.js';
import { rule as typeRebuildsIndexes } from './rules/type-rebuilds-indexes.js';
import { rule as typeChecksRowsAgain } from './rules/type-checks-rows-again.js';
import { rule as copyStopsWriters } from './rules/copy-stops-writers.js';
import { rule as allowanceWithoutAFinding } from './rules/allowance-without-a-finding.js';

/** All rules, in the order of their pages. */
export const RULES: readonly LintRule[] = [
  indexStopsWriters,
  concurrentIndexInATransaction,
  indexDroppedUnderLock,
  indexOfAPartitionedTable,
  reindexStopsReaders,
  ifNotExistsOverAnInvalidIndex,
  concurrentIndexWithALockTimeout,
  uniqueStopsReaders,
  primaryKeyStopsReaders,
  primaryKeyOfANullableColumn,
  indexCannotBecomeAConstraint,
  exclusionStopsReaders,
  checkScansUnderLock,
  foreignKeyStopsBothTables,
  notNullScansUnderLock,
  notNullOnACheckNotValidated,
  validatedInTheSameTransaction,
  neverValidated,
  domainChecksEveryTable,
  severalForeignKeysAtOnce,
  tableDropLocksItsParents,
  slowWorkUnderALock,
  severalTablesUnderLock,
  noLockTimeout,
  explicitLock,
  fullRewriteAskedFor,
  refreshStopsReaders,
  partitionScannedUnderLock,
  partitionTakenOffUnderLock,
  defaultRewritesTable,
  countingColumnRewritesTable,
  storedColumnRewritesTable,
  domainColumnRewritesTable,
  typeRewritesTable,
  typeRebuildsIndexes,
  typeChecksRowsAgain,
  copyStopsWriters,
  allowanceWithoutAFinding,
];

/** The rule about comments that allow something which is not found. */
export const UNUSED_ALLOWANCE = allowanceWithoutAFinding;
