import type { DataSource } from 'typeorm';
import type { PartialApplication } from './partial-application.js';

/** Names in @nestjs/typeorm and @nestjs/config that are not exported: unchanged over their majors. */
const TYPEORM_OPTIONS = 'TypeOrmModuleOptions';
const CONFIG_LOADERS = ['CONFIGURATION_LOADER', 'VALIDATED_ENV_LOADER'];

/** Runs `work` while data sources of this TypeORM are made, but not connected. */
export async function withoutConnecting<T>(
  typeorm: { DataSource: typeof DataSource },
  work: () => Promise<T>,
): Promise<T> {
  const { prototype } = typeorm.DataSource;
  const initialize = Object.getOwnPropertyDescriptor(prototype, 'initialize');
  prototype.initialize = function unconnected(this: DataSource) {
    return Promise.resolve(this);
  };
  try {
    return await work();
  } finally {
    if (initialize !== undefined) Object.defineProperty(prototype, 'initialize', initialize);
  }
}

/**
 * Makes TypeOrmModule give up at the first error, where it would try ten times in half a minute: nothing is connected here, so
 * what fails (a driver that is not installed, options that are wrong) will not get better.
 */
export function stopRetries(application: PartialApplication): void {
  for (const { wrapper } of application.providers()) {
    if (wrapper.token !== TYPEORM_OPTIONS) continue;
    const factory = wrapper.metatype as ((...args: unknown[]) => unknown) | null;
    if (wrapper.inject === undefined || wrapper.inject === null) {
      // The factory of forRoot closes over this very object.
      if (typeof wrapper.instance === 'object' && Object.isExtensible(wrapper.instance)) {
        Object.assign(wrapper.instance as object, withoutRetry);
      }
    } else if (factory !== null) {
      wrapper.metatype = async (...args: unknown[]) => ({ ...((await factory(...args)) as object), ...withoutRetry });
    }
  }
}

const withoutRetry = { toRetry: (): boolean => false };

/** Makes the providers by which ConfigModule fills ConfigService: nothing depends on them, Nest just makes all there are. */
export async function loadConfiguration(application: PartialApplication): Promise<void> {
  for (const { wrapper, module } of application.providers()) {
    if (CONFIG_LOADERS.includes(String(wrapper.token))) await application.make(wrapper, module);
  }
}
