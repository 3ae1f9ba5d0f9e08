import { MigrateError } from './migrate.error.js';

/** The schema, database or file of a tenant does not exist. A run of a fleet makes none. */
export class TenantMissingError extends MigrateError {
  readonly code = 'TENANT_MISSING';
}

/** A revision changes something outside of the tenant's schema that it does not name with its schema: the tenant has none of that name. */
export class OutsideTenantError extends MigrateError {
  readonly code = 'OUTSIDE_TENANT';

  constructor(
    /** What would be changed: `public.thing`. */
    readonly objects: readonly string[],
    /** The schema of the tenant. */
    readonly schema: string,
  ) {
    const [first = ''] = objects;
    super(
      `It changes ${objects.slice(0, MOST).join(', ')}${objects.length > MOST ? ' …' : ''}, outside of the schema "${schema}" of the tenant, by a name without a schema`,
      {
        hint:
          `The schema "${schema}" has nothing of that name, and PostgreSQL went on in the search path. Where the tenant should have it, find out in which revision it was lost; ` +
          `where ${first} is meant, name it with its schema in the statement, or change it once in a repository of its own.`,
      },
    );
  }
}

/** How many objects a message names. */
const MOST = 5;
