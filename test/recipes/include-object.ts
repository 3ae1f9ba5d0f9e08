import type { MigrateOptions } from 'nestjs-migrate';

/** Drops no table that no entity describes. */
export const keepTables: MigrateOptions = {
  includeObject: (_object, _name, type, reflected) => !(type === 'table' && reflected),
};

/** Drops no index that no entity describes. */
export const keepIndexes: MigrateOptions = {
  includeObject: (_object, _name, type, reflected) => !(type === 'index' && reflected),
};

/** Leaves views to somebody else: those of entities, and those that only the database has. */
export const ignoreViews: MigrateOptions = {
  includeObject: (_object, _name, type) => type !== 'view',
};

/** Sees only tables whose names start with `app_`. */
export const onlyOurTables: MigrateOptions = {
  includeName: (name, type) => type !== 'table' || name?.startsWith('app_') === true,
};
