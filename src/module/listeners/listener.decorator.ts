import 'reflect-metadata';
import { requireProviderMark } from '../providers/provider-mark.js';

/** Which runs a listener is told of, and when. */
export interface ListenerOptions {
  /** Only those on this data source. @default all of them */
  readonly dataSource?: string;
  /** Lower numbers are told first. @default 0 */
  readonly order?: number;
}

const LISTENER = 'nestjs-migrate:listener';

/**
 * Makes a provider of any module a listener of migration runs: a `MigrationListener` with the hooks that it needs.
 *
 * @example
 *     @Injectable()
 *     @ListenToMigrations()
 *     export class MigrationMetrics implements MigrationListener {
 *       constructor(private readonly metrics: MetricsService) {}
 *       onRunEnd({ dataSource, ms, error }: RunEndEvent) {
 *         this.metrics.observe('migration_run', ms, { dataSource, failed: error !== undefined });
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
