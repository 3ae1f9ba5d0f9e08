import { resolve } from 'node:path';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { DataSourceAddress, DialectTenants } from '../../dialects/dialect.js';
import { hasSchemas } from '../../dialects/drivers.js';
import { MigrateOptionsError } from '../../errors/service.errors.js';
import { addressOf, laidOver } from '../../service/connect/chosen-source.js';
import type { Tenant } from '../../service/options/tenants.js';

type Options = Readonly<Record<string, unknown>>;

/** Where a tenant's tables are, and what connects to them. */
export interface TenantPlace {
  /** What of the entry's data source differs, without the schema. */
  readonly options: Partial<DataSourceOptions>;
  /** Absent where the database has none, or it is that of the connection. */
  readonly schema?: string;
  readonly address: DataSourceAddress;
  /** The server on which its sessions count. */
  readonly server: string;
  /** The same for tenants that one data source can serve. */
  readonly source: string;
  /** The same for tenants whose tables are in the same place. */
  readonly key: string;
}

/** Finds the places of the tenants of an entry, by the options of its data source. */
export class TenantPlaces {
  private readonly own: Omit<TenantPlace, 'schema' | 'key'>;
  private readonly ownSchema: string | undefined;

  constructor(
    private readonly name: string,
    private readonly original: DataSource,
    private readonly dialect: DialectTenants,
  ) {
    const { schema } = original.options as { readonly schema?: string };
    this.ownSchema = schema;
    this.own = this.reach({});
  }

  /** @throws MigrateOptionsError for a schema where the database has none, or a `url` that cannot be read */
  of({ id, schema: own, options }: Tenant): TenantPlace {
    const { schema: optional, ...different } = (options ?? {}) as Options;
    const given = own ?? (optional as string | undefined) ?? this.ownSchema;
    const schema = given === undefined ? undefined : (this.dialect.keptName?.(given) ?? given);
    const reached = Object.keys(different).length === 0 ? this.own : this.reach(different);
    if (own !== undefined && !hasSchemas(reached.address.type)) {
      throw new MigrateOptionsError(`The tenant "${id}" has the schema "${own}", and its database has no schemas.`, {
        hint: 'Give it a database or a file of its own: `options: { database }`.',
      });
    }
    if (schema !== undefined && this.dialect.reservedSchemas?.includes(schema) === true) {
      throw new MigrateOptionsError(
        `The tenant "${id}" has the schema "${schema}", which means another schema on the search path of a run.`,
        { hint: 'Give the schema another name: ALTER SCHEMA … RENAME TO …' },
      );
    }
    const isNamed = schema !== undefined && hasSchemas(reached.address.type);
    return {
      ...reached,
      // A data source that has been in a schema is in none by itself any more.
      ...(isNamed && { schema, source: `${reached.source} by schema` }),
      key: JSON.stringify([reached.server, databaseOf(reached), schema]),
    };
  }

  /** The same place with other options: where its version table is read. */
  within(place: TenantPlace, options: Partial<DataSourceOptions>): TenantPlace {
    if (Object.keys(options).length === 0) return place;
    return { ...place, ...this.reach({ ...place.options, ...options } as Options) };
  }

  private reach(different: Options): Omit<TenantPlace, 'schema' | 'key'> {
    const address = addressOf(laidOver(this.name, this.original.options as unknown as Options, different));
    const server = this.dialect.serverOf(address);
    const options = different as Partial<DataSourceOptions>;
    return { options, address, server, source: JSON.stringify([server, address.database, textOf(different)]) };
  }
}

function databaseOf({ server, address: { type, database } }: Pick<TenantPlace, 'server' | 'address'>): unknown {
  const isFile = server === 'files' && type !== 'sqljs' && database !== undefined;
  return isFile ? resolve(database) : database;
}

let unwritable = 0;

/** Options as a key. Those that cannot be written, since they hold circular objects, are like no others. */
function textOf(options: Options): string {
  try {
    return JSON.stringify(options);
  } catch {
    unwritable += 1;
    return String(unwritable);
  }
}
