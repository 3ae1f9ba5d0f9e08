import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';

/**
 * One tenant of a fleet: where its tables are.
 *
 * @example
 *     const acme: Tenant = { id: 'acme', schema: 'tenant_acme', tags: ['canary'] };
 */
export interface Tenant {
  /** Identifies it, in records and on the command line. @example id: 'acme' */
  readonly id: string;
  /** Its schema, where the database has schemas. @default that of the entry's data source @example schema: 'tenant_acme' */
  readonly schema?: string;
  /**
   * How its data source differs from the entry's: another database, file or server.
   *
   * @default the entry's own
   * @example options: { database: 'acme' }
   */
  readonly options?: Partial<DataSourceOptions>;
  /** What runs select tenants by. @default [] @example tags: ['canary', 'eu'] */
  readonly tags?: readonly string[];
}

/**
 * Gives the tenants of a fleet, in the order in which runs take them.
 *
 * @example
 *     // `@Injectable()`
 *     export class Customers implements TenantDirectory {
 *       constructor(private readonly registry: Repository<Customer>) {}
 *       async tenants(): Promise<Tenant[]> {
 *         const customers = await this.registry.find({ order: { id: 'ASC' } });
 *         return customers.map(({ id, schema }) => ({ id, schema }));
 *       }
 *     }
 */
export interface TenantDirectory {
  /** All tenants that are provisioned. @example tenants: () => [{ id: 'acme', schema: 'tenant_acme' }] */
  tenants(): AsyncIterable<Tenant> | Iterable<Tenant> | Promise<Iterable<Tenant>>;
}

/**
 * The tenants of an entry of `forRoot`, and how runs go through them. One of `useFactory`, `useClass` and `useExisting` gives the
 * directory.
 *
 * @example
 *     MigrateModule.forRoot([{ name: 'default', tenants: { useExisting: Customers, waves: ['1', '10%', '100%'], maxFailures: '1%' } }]);
 */
export interface TenantsOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Tokens of what `useFactory` gets. @default [] @example inject: [CustomersService] */
  readonly inject?: readonly (InjectionToken | OptionalFactoryDependency)[];
  /** Makes the directory; it may be async. @example useFactory: () => ({ tenants: () => [{ id: 'acme', schema: 'acme' }] }) */
  readonly useFactory?: (...injected: never[]) => TenantDirectory | Promise<TenantDirectory>;
  /** A class that is the directory, of which an instance is made. @example useClass: Customers */
  readonly useClass?: Type<TenantDirectory>;
  /** A provider that exists, which is the directory. @example useExisting: Customers */
  readonly useExisting?: InjectionToken;
  /** How many tenants are migrated at once on each server. @default 4 @example concurrency: 8 */
  readonly concurrency?: number;
  /**
   * How many tenants may fail before a run begins no other: a number, or a share of its tenants (`'2%'`). 0 ends it at the first.
   *
   * @default 0
   * @example maxFailures: '2%'
   */
  readonly maxFailures?: number | string;
  /**
   * The sizes after which a run looks back, cumulative, as numbers or shares. A wave in which nobody succeeded is the last.
   *
   * @default ['100%']
   * @example waves: ['1', '10%', '100%']
   */
  readonly waves?: readonly (number | string)[];
  /**
   * Longest wait for the lock of one tenant, in ms. The tenant then goes to the end of its wave once, before it has failed.
   *
   * @default 5000
   * @example tenantTimeout: 30_000
   */
  readonly tenantTimeout?: number;
}
