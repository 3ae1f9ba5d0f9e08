import type { Context, Span } from '@opentelemetry/api';
import { messageOf } from '../errors/thrown.js';
import type { TenantEndEvent } from './events.js';
import { frozenCopy } from './frozen-copy.js';
import type { NamedListener } from './run-watch.js';
import { type Api, finishSpan, telemetry, tracerOf } from './telemetry.js';

/** A run of a fleet, as its events have it. */
export type WatchedFleet = Pick<TenantEndEvent, 'runId' | 'command' | 'dataSource'>;

/** What a run came to, for its span. */
export interface FleetTotals {
  readonly done: number;
  readonly failed: number;
  /** Why it began no other tenant before the last. */
  readonly stopped?: string;
}

/** A run's span, where it has one, and the context in which those of its tenants are. */
interface Trace {
  readonly api: Api;
  readonly span?: Span;
  readonly context: Context;
}

/** The events of the work that one process does on a run of a fleet, for its listeners and for OpenTelemetry. */
export class FleetWatch {
  private constructor(
    private readonly fleet: WatchedFleet,
    private readonly listeners: readonly NamedListener[],
    private readonly onWarning: (message: string) => void,
    private readonly trace: Trace | undefined,
  ) {}

  /**
   * @param onWarning called with what a listener throws: it is too late to stop anything
   * @param hasSpan a span around those of the tenants, which `end` ends
   */
  static async start(
    fleet: WatchedFleet,
    listeners: readonly NamedListener[],
    onWarning: (message: string) => void,
    hasSpan: boolean,
  ): Promise<FleetWatch> {
    const api = await telemetry();
    const trace = api && (hasSpan ? startTrace(api, fleet) : { api, context: api.context.active() });
    return new FleetWatch(fleet, listeners, onWarning, trace);
  }

  /** Migrates a tenant, in a span of its own which is the active one meanwhile, and reports how it ended. */
  async aroundTenant<T>(
    tenant: string,
    work: () => Promise<T>,
    endOf: (result: T) => Omit<TenantEndEvent, keyof WatchedFleet | 'tenant'> | undefined,
  ): Promise<T> {
    if (this.trace === undefined) return this.reported(tenant, await work(), endOf);
    const { api, context } = this.trace;
    const attributes = { ...attributesOf(this.fleet), 'migration.tenant': tenant };
    const span = tracerOf(api).startSpan(`migration ${this.fleet.command} tenant`, { attributes }, context);
    const result = await api.context.with(api.trace.setSpan(context, span), work);
    const end = endOf(result);
    if (end !== undefined) span.setAttribute('migration.tenant_state', end.state);
    finishSpan(api, span, end?.error);
    return this.reported(tenant, result, endOf);
  }

  /** Reports that a tenant has ended. */
  async ended(event: Omit<TenantEndEvent, keyof WatchedFleet>): Promise<void> {
    for (const { name, listener } of this.listeners) {
      try {
        await listener.onTenantEnd?.(frozenCopy({ ...this.fleet, ...event }));
      } catch (error) {
        this.onWarning(`The hook onTenantEnd of ${name} failed, which changed nothing: ${messageOf(error)}`);
      }
    }
  }

  end({ done, failed, stopped }: FleetTotals): void {
    const { api, span } = this.trace ?? {};
    if (api === undefined || span === undefined) return;
    span.setAttributes({ 'migration.tenants_done': done, 'migration.tenants_failed': failed });
    finishSpan(api, span, stopped === undefined ? undefined : new Error(stopped));
  }

  private async reported<T>(
    tenant: string,
    result: T,
    endOf: (result: T) => Omit<TenantEndEvent, keyof WatchedFleet | 'tenant'> | undefined,
  ): Promise<T> {
    const end = endOf(result);
    if (end !== undefined) await this.ended({ tenant, ...end });
    return result;
  }
}

function startTrace(api: Api, fleet: WatchedFleet): Trace {
  const parent = api.context.active();
  const attributes = attributesOf(fleet);
  const span = tracerOf(api).startSpan(`migration ${fleet.command} fleet`, { attributes }, parent);
  return { api, span, context: api.trace.setSpan(parent, span) };
}

function attributesOf({ runId, command, dataSource }: WatchedFleet): Readonly<Record<string, string>> {
  return { 'migration.command': command, 'migration.data_source': dataSource, 'migration.fleet_run': runId };
}
