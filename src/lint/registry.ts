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
import { rule as typeHangsOnTheTimeZone } from './rules/type-hangs-on-the-time-zone.js';
import { rule as alterAnewLosesWhatStandsOnIt } from './rules/alter-anew-loses-what-stands-on-it.js';
import { rule as enumMadeAnewRewrites } from './rules/enum-made-anew-rewrites.js';
import { rule as tableRebuilt } from './rules/table-rebuilt.js';
import { rule as tableRebuiltTwice } from './rules/table-rebuilt-twice.js';
import { rule as severalScansWhereOneWouldDo } from './rules/several-scans-where-one-would-do.js';
import { rule as dropColumnLosesValues } from './rules/drop-column-loses-values.js';
import { rule as dropTableLosesRows } from './rules/drop-table-loses-rows.js';
import { rule as dropSchemaLosesTables } from './rules/drop-schema-loses-tables.js';
import { rule as cascadeTakesOthers } from './rules/cascade-takes-others.js';
import { rule as deletesEveryRow } from './rules/deletes-every-row.js';
import { rule as updateOfEveryRow } from './rules/update-of-every-row.js';
import { rule as backfillInTheSchemaRevision } from './rules/backfill-in-the-schema-revision.js';
import { rule as typeRoundsValues } from './rules/type-rounds-values.js';
import { rule as typeMayNotFit } from './rules/type-may-not-fit.js';
import { rule as sequencePositionLost } from './rules/sequence-position-lost.js';
import { rule as enumLabelTakenAway } from './rules/enum-label-taken-away.js';
import { rule as requiredColumnWithoutDefault } from './rules/required-column-without-default.js';
import { rule as uniqueOverDuplicates } from './rules/unique-over-duplicates.js';
import { rule as notNullOverNulls } from './rules/not-null-over-nulls.js';
import { rule as constraintOverOldRows } from './rules/constraint-over-old-rows.js';
import { rule as renameBreaksOldCode } from './rules/rename-breaks-old-code.js';
import { rule as enumRenameBreaksOldCode } from './rules/enum-rename-breaks-old-code.js';
import { rule as dropBreaksOldCode } from './rules/drop-breaks-old-code.js';
import { rule as requiredBreaksOldInserts } from './rules/required-breaks-old-inserts.js';
import { rule as jsonHasNoEquality } from './rules/json-has-no-equality.js';
import { rule as enumValueUsedTooSoon } from './rules/enum-value-used-too-soon.js';
import { rule as transactionControlInARevision } from './rules/transaction-control-in-a-revision.js';
import { rule as keyWithoutIndex } from './rules/key-without-index.js';
import { rule as keyTypesDiffer } from './rules/key-types-differ.js';
import { rule as smallPrimaryKey } from './rules/small-primary-key.js';
import { rule as indexIsAPrefixOfAnother } from './rules/index-is-a-prefix-of-another.js';
import { rule as nameTooLong } from './rules/name-too-long.js';
import { rule as sqlNotUnderstood } from './rules/sql-not-understood.js';
import { rule as cannotBeUndone } from './rules/cannot-be-undone.js';
import { rule as allowanceWithoutAFinding } from './rules/allowance-without-a-finding.js';
import { rule as refusedByTheDatabase } from './rules/refused-by-the-database.js';
import { rule as allowanceWithoutAReason } from './rules/allowance-without-a-reason.js';

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
  refusedByTheDatabase,
  typeHangsOnTheTimeZone,
  alterAnewLosesWhatStandsOnIt,
  enumMadeAnewRewrites,
  tableRebuilt,
  tableRebuiltTwice,
  severalScansWhereOneWouldDo,
  dropColumnLosesValues,
  dropTableLosesRows,
  dropSchemaLosesTables,
  cascadeTakesOthers,
  deletesEveryRow,
  updateOfEveryRow,
  backfillInTheSchemaRevision,
  typeRoundsValues,
  typeMayNotFit,
  sequencePositionLost,
  enumLabelTakenAway,
  requiredColumnWithoutDefault,
  uniqueOverDuplicates,
  notNullOverNulls,
  constraintOverOldRows,
  renameBreaksOldCode,
  enumRenameBreaksOldCode,
  dropBreaksOldCode,
  requiredBreaksOldInserts,
  jsonHasNoEquality,
  enumValueUsedTooSoon,
  transactionControlInARevision,
  keyWithoutIndex,
  keyTypesDiffer,
  smallPrimaryKey,
  indexIsAPrefixOfAnother,
  nameTooLong,
  sqlNotUnderstood,
  cannotBeUndone,
  allowanceWithoutAFinding,
  allowanceWithoutAReason,
];

/** The codes of all rules. */
export const CODES: ReadonlySet<string> = new Set(RULES.map(({ code }) => code));

/** The rule about comments that allow something which is not found. */
export const UNUSED_ALLOWANCE = allowanceWithoutAFinding;

/** The rule about comments that do not give a reason. */
export const UNEXPLAINED_ALLOWANCE = allowanceWithoutAReason;

/** The rule about revisions that could not be read without a database. */
export const UNREAD_REVISION = sqlNotUnderstood;

/** The rule about what the database refuses, of calls too. */
export const REFUSED = refusedByTheDatabase;
