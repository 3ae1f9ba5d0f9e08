/** Temporary tables of a script. A name without a schema is that of a temporary table first. */
export const SCRIPT_TABLES = {
  guard: 'nestjs_migrate_guard',
  orphans: 'nestjs_migrate_orphans',
  mismatches: 'nestjs_migrate_mismatches',
  unfinished: 'nestjs_migrate_unfinished',
} as const;
