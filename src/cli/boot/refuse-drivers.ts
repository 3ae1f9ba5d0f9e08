import { isSupportedDriver, supportedDrivers } from '../../dialects/drivers.js';
import { UnsupportedDriverError } from '../../errors/database.errors.js';

/** The part of TypeORM's DriverFactory that this needs. */
interface DriverFactoryClass {
  readonly prototype: { create(dataSource: WithType): unknown };
}

interface WithType {
  readonly options: { readonly type?: unknown };
}

/** TypeORM's own error for a `type` that it does not know. */
const UNKNOWN_TYPE = 'MissingDriverError';

/**
 * Lets a data source whose driver does not load, and which could not be migrated if it did, fail by the name of its type:
 * TypeORM would ask to install a package that is of no use. A driver that loads is the application's own affair here.
 */
export function refuseUnsupportedDrivers({ prototype }: DriverFactoryClass): void {
  const { create } = prototype;
  prototype.create = function createSupported(this: unknown, dataSource: WithType) {
    try {
      return create.call(this, dataSource);
    } catch (error) {
      const { type } = dataSource.options;
      if (typeof type !== 'string' || isSupportedDriver(type) || nameOf(error) === UNKNOWN_TYPE) throw error;
      throw new UnsupportedDriverError(type, supportedDrivers, error);
    }
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : '';
}
