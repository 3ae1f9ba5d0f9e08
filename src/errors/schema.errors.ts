import { MigrateError } from './migrate.error.js';

/** Two columns share an enum type by name and disagree on its values. */
export class EnumConflictError extends MigrateError {
  readonly code = 'ENUM_CONFLICT';

  constructor(name: string, first: string, second: string) {
    super(`The enum "${name}" has different values at ${first} and at ${second}.`, {
      hint: 'Give both columns the same values, or different enumNames.',
    });
  }
}

/** An entity declares two different constraints or indexes that end up with one name. */
export class DuplicateConstraintNameError extends MigrateError {
  readonly code = 'DUPLICATE_CONSTRAINT_NAME';

  constructor(table: string, what: string, name: string, definitions: readonly [string, string]) {
    super(
      `Table "${table}" has two different ${what} named "${name}": on ${definitions[0]} and on ${definitions[1]}.`,
      {
        hint: 'Give one of them a name of its own in the entity; names made from columns do not tell their order apart.',
      },
    );
  }
}

/** An entity asks for what the data source's migrations cannot give it. */
export class UnsupportedEntityError extends MigrateError {
  readonly code = 'UNSUPPORTED_ENTITY';
}
