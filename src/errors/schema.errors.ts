import { MigrateError } from './migrate.error.js';
import { listed } from './sentences.js';
import { visible } from './visible.js';

/** Two columns share an enum type by name and disagree on its values. */
export class EnumConflictError extends MigrateError {
  readonly code = 'ENUM_CONFLICT';

  constructor(name: string, first: string, second: string) {
    super(`The enum "${name}" has different values at ${first} and at ${second}.`, {
      hint: 'Give both columns the same values, or different enumNames.',
    });
  }
}

/** An enum type would have the name of a table or a view, which are types as well. */
export class EnumNameTakenError extends MigrateError {
  readonly code = 'ENUM_NAME_TAKEN';

  /** @param column the first column that uses it: `"kind" of table "order"` */
  constructor(name: string, column?: string) {
    const of = column === undefined ? '' : ` of column ${column}`;
    super(
      `The enum type${of} would be called "${name}", as a table or a view is: PostgreSQL gives a name to one type only.`,
      {
        hint: 'Give the column an `enumName` of its own. Without one the name is made of table and column, and cut to 63 bytes.',
      },
    );
  }
}

/** An entity declares two different constraints or indexes that end up with one name. */
export class DuplicateConstraintNameError extends MigrateError {
  readonly code = 'DUPLICATE_CONSTRAINT_NAME';

  constructor(table: string, what: string, name: string, definitions: readonly [string, string]) {
    super(
      `Table "${table}" has two different ${what} named "${name}": on ${definitions[0]} and on ${definitions[1]}.`,
      {
        hint: 'Give one of them a name of its own in the entity; names made from columns do not depend on their order.',
      },
    );
  }
}

/** An entity asks for what the data source's migrations cannot give it. */
export class UnsupportedEntityError extends MigrateError {
  readonly code = 'UNSUPPORTED_ENTITY';
}

/** Several entities cannot be migrated, each for a reason of its own. */
export class EntitiesRefusedError extends MigrateError {
  readonly code = 'ENTITIES_REFUSED';

  /** @param errors One error for each entity. */
  constructor(readonly errors: readonly MigrateError[]) {
    const hints = [...new Set(errors.flatMap(({ hint }) => hint ?? []))];
    super(
      listed(
        `${errors.length} things in the entities cannot be migrated:`,
        errors.map(({ message }) => message),
      ),
      { hint: hints.join(' ') },
    );
  }
}

/** An entity has a name that no database can keep. */
export class EntityNameError extends MigrateError {
  readonly code = 'ENTITY_NAME';

  /** @param where what has it: `a column of table "user"` */
  constructor(where: string, problem: string) {
    super(visible(`The entities cannot be compared: ${where} ${problem}.`), {
      hint: 'Give it another name in the entity.',
    });
  }
}
