export { refuseAborted, type StopOptions, unlessAborted } from './abort.js';
export { applyOperations, type ApplyRequest, operationsOn } from './apply.js';
export { rehearse } from './rehearsal.js';
export { run, runAll } from './run.js';
export type * from './run.request.js';
export { type RecordedPlanStep, type RecordedStatement, recordPlan } from './script/recorded-plan.js';
export { writeScript } from './script/script.js';
export { type ConnectedDataSource, refuseSameDatabase } from './several/same-database.js';
export { areHeadsSuperseded } from './bookkeeping/superseded.js';
export {
  type LeftStep,
  readLastSteps,
  readLeftSteps,
  readRecordedSteps,
  type RecordedStep,
} from './bookkeeping/recorded-steps.js';
export { tablesOfRun } from './tables-of-run.js';
export { readHalfDone, readOpenJournals } from './journal/open-journals.js';
export type { OpenJournal } from './journal/journal-table.js';
export { leftText, unfinishedText } from './notices.js';
export { loadMigrations, migrationName } from './revision/typeorm/find-classes.js';
export { readTypeormTable } from './revision/typeorm/typeorm-run.js';
export { readRows } from './bookkeeping/version-table.js';
export { createTable } from './bookkeeping/own-tables.js';
export {
  fleetTableModel,
  fleetTableOf,
  fleetTenantTableModel,
  fleetTenantTableOf,
} from './bookkeeping/fleet-tables.js';
export { quoteQualifiedName, tableExists } from './bookkeeping/version-table.js';
