import type { BoundDataSource } from '../options/options.js';

/** Options with which TypeORM changes a database when the application starts, and what each does there. */
const CONSEQUENCES = {
  dropSchema: 'TypeORM drops every table of this database whenever the application starts.',
  synchronize:
    'TypeORM changes this database itself whenever the application starts, so migrations find nothing to do.',
  migrationsRun:
    "TypeORM runs migrations of its own whenever the application starts, in addition to this folder's revisions.",
} as const;

/** Warns of each option of a data source with which TypeORM changes the database outside of the revisions. */
export function warnOfTypeorm({ name, dataSource: { options }, onNotice }: BoundDataSource): void {
  for (const option of Object.keys(CONSEQUENCES) as (keyof typeof CONSEQUENCES)[]) {
    if (options[option] !== true) continue;
    const message = `${option} is true: ${CONSEQUENCES[option]} Switch it off.`;
    onNotice?.({ level: 'warning', dataSource: name, message });
  }
}
