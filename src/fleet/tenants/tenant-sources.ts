import type { DataSource } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { BoundDataSource } from '../../service/options/options.js';
import type { TenantPlace } from './tenant-place.js';
import { endSource, openTenantSource } from './tenant-source.js';

/**
 * After how many tenants a session is ended: the server remembers the tables of each schema that it has seen, and only the end of the
 * session gives that back.
 */
const TENANTS = 1_000;

/** A data source of the fleet, and where it is. */
export interface TenantSource {
  readonly dataSource: DataSource;
  readonly source: string;
  readonly server: string;
  /** How many tenants it has served. */
  served: number;
}

/** The data sources of a fleet: as many as are at work, each for one tenant at a time and then for the next one there. */
export class TenantSources {
  /** Those that wait for a tenant, the one that waits longest first. */
  private readonly idle: TenantSource[] = [];

  constructor(
    private readonly dialect: Dialect,
    /** How many may wait for each server. */
    private readonly room: (server: string) => number,
    private readonly tenantsEach = TENANTS,
  ) {}

  /** Takes one that waits, or opens one. @throws as `openTenantSource` */
  async take(bound: BoundDataSource, place: TenantPlace): Promise<TenantSource> {
    const { enter } = this.dialect.tenants;
    const at = this.idle.findIndex(({ source }) => source === place.source);
    let source = at < 0 ? undefined : this.idle.splice(at, 1)[0];
    if (source === undefined) {
      await this.makeRoom(place.server);
      const dataSource = await openTenantSource(bound, this.dialect, place);
      source = { dataSource, source: place.source, server: place.server, served: 0 };
    }
    source.served += 1;
    if (place.schema !== undefined) enter?.(source.dataSource, place.schema);
    return source;
  }

  /** Takes one back. One with a connection that was lost is ended. */
  async giveBack(source: TenantSource, isLost: boolean): Promise<void> {
    if (isLost || source.served >= this.tenantsEach) return endSource(source.dataSource);
    this.idle.push(source);
    await this.makeRoom(source.server, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map(({ dataSource }) => endSource(dataSource)));
  }

  /** Ends what waits on a server beyond its room, less what is about to be opened there. */
  private async makeRoom(server: string, opening = 1): Promise<void> {
    const waiting = this.idle.filter((source) => source.server === server);
    const surplus = waiting.slice(0, Math.max(0, waiting.length + opening - this.room(server)));
    for (const source of surplus) this.idle.splice(this.idle.indexOf(source), 1);
    await Promise.all(surplus.map(({ dataSource }) => endSource(dataSource)));
  }
}
