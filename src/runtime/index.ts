export { decisionTableOf } from './decision-table.js';
export { historyTableOf } from './history-table.js';
export { rehearse } from './rehearsal.js';
export { run, runAll } from './run.js';
export type * from './run.request.js';
export { writeScript } from './script.js';
export { type ConnectedDataSource, refuseSameDatabase } from './same-database.js';
export { areHeadsSuperseded } from './superseded.js';
export { readRows } from './version-table.js';
