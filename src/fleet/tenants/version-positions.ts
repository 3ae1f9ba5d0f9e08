import type { DataSource } from 'typeorm';
import type { Dialect, VersionsFound } from '../../dialects/dialect.js';
import { ownQueries } from '../../dialects/own-queries.js';
import { TenantMissingError } from '../../errors/fleet.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { messageOf } from '../../errors/thrown.js';
import { refuseAborted } from '../../runtime/index.js';
import { unreachable } from '../../service/connect/unreachable.js';
import type { BoundDataSource } from '../../service/options/options.js';
import type { Tenant } from '../../service/options/tenants.js';
import type { TenantPosition, TenantPositions } from '../tenant-work.js';
import type { TenantPlace, TenantPlaces } from './tenant-place.js';
import { endSource, openTenantSource, READING } from './tenant-source.js';
import { whenNotFull } from './when-not-full.js';

/** Tenants whose version tables one connection reads. */
interface Group {
  readonly place: TenantPlace;
  readonly tenants: { readonly id: string; readonly schema: string | undefined }[];
}

/** Reads where tenants are from their version tables, over connections of its own that are closed at the end. */
export class VersionPositions implements TenantPositions {
  constructor(
    private readonly bound: BoundDataSource,
    private readonly dialect: Dialect,
    private readonly places: TenantPlaces,
    /** How many connections read at once, where they are to several databases. */
    private readonly connections: number,
  ) {}

  async read(tenants: readonly Tenant[], signal?: AbortSignal): Promise<ReadonlyMap<string, TenantPosition>> {
    const found = new Map<string, TenantPosition>();
    const groups = this.group(tenants, found);
    const next = groups.values();
    const work = async (): Promise<void> => {
      for (const group of next) await this.readGroup(group, found, signal);
    };
    await Promise.all(Array.from({ length: Math.min(this.connections, groups.length) }, work));
    refuseAborted(signal);
    return found;
  }

  async close(): Promise<void> {}

  private group(tenants: readonly Tenant[], found: Map<string, TenantPosition>): readonly Group[] {
    const groups = new Map<string, Group>();
    for (const tenant of tenants) {
      try {
        const place = this.places.of(tenant);
        const { options, schema } = this.dialect.tenants.readingOf(place.address, place.schema);
        const reached = this.places.within(place, options);
        const group = groups.get(reached.source) ?? { place: reached, tenants: [] };
        groups.set(reached.source, group);
        group.tenants.push({ id: tenant.id, schema });
      } catch (error) {
        found.set(tenant.id, { unreachable: asError(error) });
      }
    }
    return [...groups.values()];
  }

  private async readGroup(
    { place, tenants }: Group,
    found: Map<string, TenantPosition>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (signal?.aborted === true) return;
    const bound = { ...this.bound, ...(signal && { signal }) };
    try {
      const name = this.bound.config.versionTable;
      const tables = tenants.map(({ schema }) => ({ name, ...(schema !== undefined && { schema }) }));
      const answers = await this.readOn(bound, place, tables);
      for (const [index, { id }] of tenants.entries()) {
        found.set(id, positionOf(answers[index] ?? { error: new Error('no answer') }));
      }
    } catch (error) {
      const isGone = error instanceof TenantMissingError;
      const reason = error instanceof MigrateError ? error : unreachable(bound, error, this.dialect);
      const position = isGone ? { gone: error.message } : { unreachable: reason };
      for (const { id } of tenants) found.set(id, position);
    }
  }

  private async readOn(
    bound: BoundDataSource,
    place: TenantPlace,
    tables: Parameters<Dialect['tenants']['readVersions']>[1],
  ): Promise<readonly VersionsFound[]> {
    const open = (): Promise<DataSource> => openTenantSource(bound, this.dialect, place, READING);
    const dataSource = await whenNotFull(this.dialect.tenants, bound.signal, open);
    try {
      const runner = ownQueries(dataSource.createQueryRunner('master'), bound.onQuery);
      try {
        return await this.dialect.tenants.readVersions(runner, tables);
      } finally {
        await runner.release();
      }
    } finally {
      await endSource(dataSource);
    }
  }
}

function positionOf(found: VersionsFound): TenantPosition {
  return 'error' in found ? { unreachable: asError(found.error) } : found;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error));
}
