import type { Dialect } from '../../dialects/dialect.js';
import { TenantMissingError } from '../../errors/fleet.errors.js';
import type { Tenant } from '../../service/options/tenants.js';
import type { TenantOutcome, TenantPositions, TenantRunner, TenantWork } from '../tenant-work.js';
import { causesOf } from './causes.js';
import type { FleetEntry } from './fleet-entry.js';
import { isLost, outcomeOf, outcomeOfError } from './outcomes.js';
import { PreparedWorks } from './prepared-works.js';
import { type PreparedWork, runTenant } from './run-tenant.js';
import { ServerRooms } from './server-rooms.js';
import type { TenantPlace, TenantPlaces } from './tenant-place.js';
import { type TenantSource, TenantSources } from './tenant-sources.js';
import { whenNotFull } from './when-not-full.js';

/** How often a tenant is tried whose connection was lost. */
const TRIES = 2;

/** Runs the tenants of an entry on data sources of the fleet's own. */
export class TenantRuns implements TenantRunner {
  private readonly rooms: ServerRooms;
  private readonly sources: TenantSources;
  private readonly open = new Map<string, number>();
  private readonly prepared: PreparedWorks;

  constructor(
    private readonly entry: FleetEntry,
    private readonly dialect: Dialect,
    private readonly places: TenantPlaces,
    private readonly positions: TenantPositions,
  ) {
    this.prepared = new PreparedWorks(entry);
    this.rooms = new ServerRooms(entry.concurrency);
    this.sources = new TenantSources(dialect, (server) => this.roomOn(server), entry.tenantsEach);
  }

  async run(tenant: Tenant, work: TenantWork, signal?: AbortSignal): Promise<TenantOutcome> {
    const started = performance.now();
    let from: readonly string[] | undefined;
    const ended = (): Pick<TenantOutcome, 'ms' | 'from'> => ({
      ms: Math.round(performance.now() - started),
      ...(from && { from }),
    });
    try {
      const place = this.places.of(tenant);
      const prepared = await this.prepared.of(work);
      const { tenantTimeout } = this.entry;
      const limits = { tenantTimeout, ...(work.comesAgain && { comesAgain: true }), ...(signal && { signal }) };
      const result = await this.onSource(place, prepared, signal, ({ dataSource }) =>
        runTenant(prepared, this.dialect, tenant, dataSource, limits, (rows) => (from ??= rows)),
      );
      return outcomeOf(result, ended());
    } catch (error) {
      return outcomeOfError(tenant.id, await this.explained(tenant, error), this.dialect, ended());
    }
  }

  serverOf(tenant: Tenant): string {
    return this.places.of(tenant).server;
  }

  roomOn(server: string): number {
    return this.rooms.on(server);
  }

  async close(): Promise<void> {
    await this.sources.close();
    this.prepared.clear();
  }

  /** Does work on a data source of a place; once more where the connection of that is lost. */
  private async onSource<T>(
    place: TenantPlace,
    { bound: entry }: PreparedWork,
    signal: AbortSignal | undefined,
    work: (source: TenantSource) => Promise<T>,
  ): Promise<T> {
    const { server } = place;
    const bound = { ...entry, ...(signal && { signal }) };
    for (let tries = 1; ; tries += 1) {
      const take = (): Promise<TenantSource> => this.sources.take(bound, place);
      const refused = (): void => this.rooms.refused(server, this.open.get(server) ?? 0);
      const source = await whenNotFull(this.dialect.tenants, signal, take, refused);
      this.count(server, 1);
      let lost = false;
      try {
        const result = await work(source);
        this.rooms.served(server);
        return result;
      } catch (error) {
        lost = isLost(error, this.dialect);
        if (!lost || tries >= TRIES || signal?.aborted === true) throw error;
      } finally {
        this.count(server, -1);
        await this.sources.giveBack(source, lost);
      }
    }
  }

  private count(server: string, more: number): void {
    this.open.set(server, (this.open.get(server) ?? 0) + more);
  }

  /** The error of a run, or that the tenant is not there any more: a statement then fails for want of its tables. */
  private async explained(tenant: Tenant, error: unknown): Promise<unknown> {
    if (!isRefused(error)) return error;
    const position = (await this.positions.read([tenant])).get(tenant.id);
    return position !== undefined && 'gone' in position
      ? new TenantMissingError(position.gone, { cause: error })
      : error;
  }
}

/** Whether the database has refused a statement. */
function isRefused(error: unknown): boolean {
  return causesOf(error).some((cause) => typeof (Object(cause) as { readonly query?: unknown }).query === 'string');
}
