import 'reflect-metadata';
import { requireProviderMark } from '../providers/provider-mark.js';

/**
 * Which runs a listener gets events of, and when.
 *
 * @example
 *     // `@Injectable() @ListenToMigrations({ dataSource: 'analytics', order: 10 })`
 *     export class AnalyticsListener implements MigrationListener {}
 */
export interface ListenerOptions {
  /** Only those on this data source. @default all of them @example dataSource: 'analytics' */
  readonly dataSource?: string;
  /** Lower numbers come first. @default 0 @example order: 10 */
  readonly order?: number;
}

const LISTENER = 'nestjs-migrate:listener';

/**
 * Makes a provider of any module a listener of migration runs: a `MigrationListener` with the hooks that it needs.
 *
 * @throws MigrateOptionsError for options that it does not have
 * @example
 *     // `@Injectable() @ListenToMigrations()`
 *     export class MigrationMetrics implements MigrationListener {
 *       private readonly logger = new Logger('migrations');
 *       onRunEnd({ dataSource, ms, error }: RunEndEvent) {
 *         this.logger.log(`${dataSource}: ${ms} ms, ${error === undefined ? 'done' : error.message}`);
 *       }
 *     }
 */
export function ListenToMigrations(options: ListenerOptions = {}): ClassDecorator {
  requireProviderMark('ListenToMigrations()', options);
  return (target) => Reflect.defineMetadata(LISTENER, options, target);
}

/** What makes a provider a listener; undefined when it is none. */
export function listenerOptionsOf(token: unknown, type: unknown): ListenerOptions | undefined {
  for (const candidate of [type, token]) {
    if (typeof candidate !== 'function') continue;
    const options = Reflect.getMetadata(LISTENER, candidate) as ListenerOptions | undefined;
    if (options !== undefined) return options;
  }
  return undefined;
}
