export { historyTableOf } from './history-table.js';
export { run, runAll } from './run.js';
export { rehearse } from './rehearsal.js';
export type * from './run.request.js';
export { writeScript } from './script.js';
export { areHeadsSuperseded } from './superseded.js';
export { readRows } from './version-table.js';
