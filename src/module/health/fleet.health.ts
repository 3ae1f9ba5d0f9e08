import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { FleetMissingError } from '../../errors/cli.errors.js';
import { messageOf } from '../../errors/thrown.js';
import type { MigrationFleet } from '../../fleet/migration-fleet.js';
import type { FleetSelection } from '../../fleet/requests.js';
import type { FleetStatus } from '../../fleet/results.js';
import type { MigrationEnvironment } from '../../service/environment.js';
import { wholeNumberOf, shareOf } from '../../service/options/tenants-kinds.js';
import { getMigrationFleetToken, MIGRATION_ENVIRONMENT } from '../migrate.tokens.js';

/**
 * What a health check of a fleet asks, and how.
 *
 * @example
 *     const options: FleetHealthOptions = { tolerate: '1%', cacheFor: 60_000 };
 */
export interface FleetHealthOptions extends FleetSelection {
  /** The data source whose tenants are meant. @default the first with tenants @example dataSource: 'default' */
  readonly dataSource?: string;
  /**
   * How many tenants, or which share of them, may be elsewhere than at the target, or not answer, and the fleet is up: for the time
   * of a rollout. Tenants that are gone count neither way.
   *
   * @default 0
   * @example tolerate: '1%'
   */
  readonly tolerate?: number | string;
  /** What up to date means. @default 'heads' @example target: 'ae1027a6' */
  readonly target?: string;
  /** Longest wait for the answer, in ms; 0 for no limit. @default 5000 @example timeout: 2_000 */
  readonly timeout?: number;
  /** How long an answer is reused, in ms; 0 asks each time. @default 30000 @example cacheFor: 60_000 */
  readonly cacheFor?: number;
}

type Question = Required<Pick<FleetHealthOptions, 'target' | 'timeout' | 'cacheFor'>> &
  FleetSelection &
  Pick<FleetHealthOptions, 'dataSource'>;

/** An answer, or the wait for one, which calls at the same time share. */
interface Answer {
  readonly status: Promise<FleetStatus>;
  /** When it is too old, on the clock of `performance.now()`. */
  until: number;
}

/**
 * A Terminus health indicator: up when all tenants of a fleet, or all but a share, are at head.
 *
 * The details are the counts of `status`. The positions of tenants are read in a few queries, and at most once in `cacheFor`.
 *
 * @example
 *     // `@Controller()`
 *     export class HealthController {
 *       constructor(private readonly health: HealthCheckService, private readonly tenants: FleetHealthIndicator) {}
 *       // `@Get('ready') @HealthCheck()`
 *       ready() {
 *         return this.health.check([() => this.tenants.isUpToDate('tenants', { tolerate: '1%' })]);
 *       }
 *     }
 */
@Injectable()
export class FleetHealthIndicator {
  private readonly answers = new Map<string, Answer>();

  constructor(
    @Inject(MIGRATION_ENVIRONMENT) private readonly environment: MigrationEnvironment,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
    private readonly indicator: HealthIndicatorService,
  ) {}

  /**
   * Asks whether the tenants are up to date; a fleet that cannot be asked is down, and nothing is thrown.
   *
   * @param key the name under which the result appears
   * @example
   *     const check = (tenants: FleetHealthIndicator) => tenants.isUpToDate('tenants', { tolerate: 3 });
   */
  async isUpToDate<Key extends string = 'tenants'>(
    key = 'tenants' as Key,
    options: FleetHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const { tolerate = 0, target = 'heads', timeout = 5_000, cacheFor = 30_000, ...question } = options;
    const check = this.indicator.check(key);
    try {
      const {
        states: _states,
        absent: _absent,
        ...counts
      } = await this.status({ ...question, target, timeout, cacheFor });
      const { tenants, upToDate, gone } = counts;
      return tenants - gone - upToDate <= allowed(tolerate, tenants) ? check.up(counts) : check.down(counts);
    } catch (error) {
      return check.down({ message: messageOf(error) });
    }
  }

  private status(question: Question): Promise<FleetStatus> {
    const key = JSON.stringify(question);
    const known = this.answers.get(key);
    if (known !== undefined && performance.now() < known.until) return known.status;
    const answer: Answer = { status: this.ask(question), until: Infinity };
    this.answers.set(key, answer);
    const age = (): void => void (answer.until = performance.now() + question.cacheFor);
    answer.status.then(age, age);
    return answer.status;
  }

  private async ask({ dataSource, timeout, cacheFor: _cacheFor, ...question }: Question): Promise<FleetStatus> {
    const { fleets, dataSources } = this.environment;
    const name = dataSource ?? fleets[0];
    if (name === undefined || !fleets.includes(name)) {
      throw new FleetMissingError(name ?? dataSources[0] ?? 'default', fleets);
    }
    const fleet = this.moduleRef.get<MigrationFleet>(getMigrationFleetToken(name), { strict: false });
    if (timeout === 0) return fleet.status(question);
    const controller = new AbortController();
    const status = fleet.status({ ...question, signal: controller.signal });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`The positions of the tenants were not read within ${timeout} ms.`));
        controller.abort();
      }, timeout);
    });
    return Promise.race([late, status]).finally(() => clearTimeout(timer));
  }
}

/** How many of the tenants may be elsewhere. @throws Error for what is neither a number nor a share */
function allowed(tolerate: number | string, tenants: number): number {
  const share = shareOf(tolerate);
  const count = share === undefined ? wholeNumberOf(tolerate) : Math.floor(share * tenants);
  if (count === undefined) throw new Error(`"tolerate" is "${tolerate}", and neither a number of tenants nor a share.`);
  return count;
}
