import type { Tenant } from '../../service/options/tenants.js';
import type { OpenTenant } from '../record/rows.js';
import type { TenantRunner } from '../tenant-work.js';
import type { RunRecord } from './run-record.js';

/** Between two looks at the tenants that others have, ms. */
const LOOK_AGAIN = 150;

/** The most tenants that one claim takes of a server. */
const MOST = 64;

/** What takes the tenants of a wave, one after the other. */
export interface Hands {
  readonly record: RunRecord;
  readonly runner: Pick<TenantRunner, 'serverOf' | 'roomOn'>;
  /** The tenants of the directory by their ids. */
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** Whether nobody else may begin. */
  isStopping(): boolean;
  /** Migrates one, and settles it or gives it back. */
  migrate(open: OpenTenant, tenant: Tenant | undefined): Promise<void>;
}

/** The tenants of one server: which may be claimed, which are ours, and how many are being migrated. */
interface Server {
  open: OpenTenant[];
  readonly ready: OpenTenant[];
  running: number;
}

/**
 * The work on one wave in this process: it claims tenants, as many as each server has room for and some more, and has them migrated until
 * all of the wave are settled, by whomever.
 */
export class WaveWork {
  private readonly servers = new Map<string, Server>();
  private running = 0;
  private defect: { readonly error: unknown } | undefined;
  private hasChanged = false;
  private wakeUp: () => void = () => undefined;

  constructor(
    private readonly hands: Hands,
    private readonly wave: number,
  ) {}

  /** Something has happened that may change what is to be done. */
  wake(): void {
    this.hasChanged = true;
    this.wakeUp();
  }

  /** @throws FleetRecordError when the record is lost; whoever was being migrated has ended then */
  async run(): Promise<void> {
    try {
      await this.refresh();
      while (!this.hands.isStopping() && (await this.step()));
    } finally {
      while (this.running > 0) await this.change();
      await this.giveBackRest();
    }
  }

  /** @returns whether there is something left to do or to wait for */
  private async step(): Promise<boolean> {
    const { record } = this.hands;
    if (this.defect !== undefined) throw this.defect.error;
    this.beginReady();
    if (await this.claim()) return true;
    if (this.running > 0) {
      await this.change();
      return true;
    }
    if (this.has('ready')) {
      await this.change(LOOK_AGAIN);
      return true;
    }
    await record.flush();
    const { runId, attempt } = record.latest;
    const counts = await record.ask((one) => one.counts(runId, attempt));
    const left = counts.filter(({ wave, state }) => wave === this.wave && (state === 'waiting' || state === 'claimed'));
    if (left.length === 0) return false;
    await this.refresh();
    if (!this.has('open')) await this.change(LOOK_AGAIN);
    return true;
  }

  private beginReady(): void {
    const { runner, record, tenants } = this.hands;
    for (const [name, server] of this.servers) {
      const room = runner.roomOn(name);
      while (server.running < room && record.isReached && !this.hands.isStopping()) {
        const next = server.ready.shift();
        if (next === undefined) break;
        this.count(server, 1);
        void this.migrate(next, tenants.get(next.tenant)).finally(() => {
          this.count(server, -1);
          this.wake();
        });
      }
    }
  }

  /** An error that is no tenant's ends the work, when all that are being migrated have ended. */
  private async migrate(open: OpenTenant, tenant: Tenant | undefined): Promise<void> {
    try {
      await this.hands.migrate(open, tenant);
    } catch (error) {
      this.defect ??= { error };
    }
  }

  /** Claims some tenants of servers that have none ready. */
  private async claim(): Promise<boolean> {
    const { record, runner } = this.hands;
    if (!record.isReached) return false;
    const chosen: OpenTenant[] = [];
    for (const [name, server] of this.servers) {
      if (server.ready.length > 0) continue;
      const room = runner.roomOn(name);
      // Much is left for others where little is left at all.
      const share = Math.min(MOST, Math.max(room, Math.floor(server.open.length / 10)));
      chosen.push(...server.open.splice(0, share));
    }
    if (chosen.length === 0) return false;
    const numbers = chosen.map(({ number }) => number);
    const claimed = await record.ask((one) => one.claim(record.runId, record.worker, numbers));
    for (const open of claimed) this.serverOf(open).ready.push(open);
    if (claimed.length < chosen.length) await this.refresh();
    return true;
  }

  private async refresh(): Promise<void> {
    const { record } = this.hands;
    const open = await record.ask((one) => one.openTenants(record.runId, this.wave));
    for (const server of this.servers.values()) server.open = [];
    for (const tenant of open) this.serverOf(tenant).open.push(tenant);
  }

  private async giveBackRest(): Promise<void> {
    const { record } = this.hands;
    const rest = [...this.servers.values()].flatMap(({ ready }) => ready.splice(0).map(({ number }) => number));
    if (rest.length === 0 || record.lost !== undefined) return;
    await record.ask((one) => one.giveBack(record.runId, record.worker, rest));
  }

  private serverOf({ tenant }: OpenTenant): Server {
    const found = this.hands.tenants.get(tenant);
    const name = found === undefined ? '' : this.hands.runner.serverOf(found);
    const server = this.servers.get(name) ?? { open: [], ready: [], running: 0 };
    this.servers.set(name, server);
    return server;
  }

  private has(list: 'open' | 'ready'): boolean {
    return [...this.servers.values()].some((server) => server[list].length > 0);
  }

  private count(server: Server, more: number): void {
    server.running += more;
    this.running += more;
  }

  /** Waits until a tenant has ended or something else has happened since the last wait. @param limit at most, ms */
  private async change(limit?: number): Promise<void> {
    if (!this.hasChanged) {
      await new Promise<void>((resolve) => {
        const timer = limit === undefined ? undefined : setTimeout(resolve, limit);
        this.wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.hasChanged = false;
  }
}
