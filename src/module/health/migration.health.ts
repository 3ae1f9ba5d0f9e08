import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { DataSourceNotFoundError } from '../../errors/service.errors.js';
import { MIGRATION_ENVIRONMENT } from '../migrate.tokens.js';
import type { MigrationEnvironment } from '../../service/environment.js';
import type { MigrationState, MigrationStatus } from '../../results.js';
import { MigrationService } from '../../service/migration.service.js';
import { type DriftDetails, readDrift } from './drift.js';
import { messageOf } from '../../errors/thrown.js';

export { FleetHealthIndicator, type FleetHealthOptions } from './fleet.health.js';

/**
 * What a health check asks, and how.
 *
 * @example
 *     const options: MigrationHealthOptions = { tolerate: ['ahead'], timeout: 500 };
 */
export interface MigrationHealthOptions {
  /** States besides `current` that count as up: `ahead` while a deployment is under way. @default [] @example tolerate: ['ahead'] */
  readonly tolerate?: readonly MigrationState[];
  /** Only these data sources. @default all, in whichever repository @example dataSources: ['default'] */
  readonly dataSources?: readonly string[];
  /** Longest wait for the answer of a database, in ms; 0 for no limit. @default 1000 @example timeout: 500 */
  readonly timeout?: number;
  /**
   * How long an answer is reused, in ms; 0 asks each time. A run in this process is seen at once.
   *
   * @default 5000
   * @example cacheFor: 0
   */
  readonly cacheFor?: number;
  /**
   * Name in the details what `verify` finds on each database: the kinds, `drift: ['changed-file', 'invalid-index']`. It costs
   * some more queries and reads every revision file that was run, and never makes the check down.
   *
   * @default false
   * @example drift: true
   */
  readonly drift?: boolean;
}

type Question = Required<Omit<MigrationHealthOptions, 'tolerate' | 'dataSources'>> &
  Pick<MigrationHealthOptions, 'dataSources'>;

/** How one database is, and what `verify` found where that was asked for. */
type HealthState = MigrationStatus & DriftDetails;

/** An answer, or the wait for one, which calls at the same time share. */
interface Answer {
  readonly states: Promise<readonly HealthState[]>;
  /** Runs that had ended in this process when it was asked for. */
  readonly runs: number;
  /** When it is too old, on the clock of `performance.now()`. */
  until: number;
}

/**
 * A Terminus health indicator: up when every data source is at its heads.
 *
 * The details say the state of each data source, and name its pending revisions. A database that cannot be asked, or does
 * not answer in time, is down. Works with Terminus 11 and 12.
 *
 * @example
 *     // `@Controller()`
 *     export class HealthController {
 *       constructor(private readonly health: HealthCheckService, private readonly migrations: MigrationHealthIndicator) {}
 *       // `@Get('ready') @HealthCheck()`
 *       ready() {
 *         return this.health.check([() => this.migrations.isUpToDate('migrations', { tolerate: ['ahead'] })]);
 *       }
 *     }
 */
@Injectable()
export class MigrationHealthIndicator {
  private readonly answers = new Map<string, Answer>();

  constructor(
    @Inject(MIGRATION_ENVIRONMENT) private readonly environment: MigrationEnvironment,
    private readonly indicator: HealthIndicatorService,
  ) {}

  /**
   * Asks whether every data source is at its heads; a database that cannot be asked is down, and nothing is thrown.
   *
   * @param key the name under which the result appears
   * @example
   *     const check = (migrations: MigrationHealthIndicator) => migrations.isUpToDate('migrations', { timeout: 500 });
   */
  async isUpToDate<Key extends string = 'migrations'>(
    key = 'migrations' as Key,
    { tolerate = [], timeout = 1_000, cacheFor = 5_000, drift = false, dataSources }: MigrationHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const check = this.indicator.check(key);
    try {
      const states = await this.states({
        timeout,
        cacheFor,
        drift,
        ...(dataSources === undefined ? {} : { dataSources }),
      });
      const details = { dataSources: Object.fromEntries(states.map(detailsOf)) };
      const isUp = states.every(({ state }) => state === 'current' || tolerate.includes(state));
      return isUp ? check.up(details) : check.down(details);
    } catch (error) {
      return check.down({ message: messageOf(error) });
    }
  }

  private states(question: Question): Promise<readonly HealthState[]> {
    const key = JSON.stringify(question);
    const { runsEnded: runs } = this.environment;
    const known = this.answers.get(key);
    if (known !== undefined && known.runs === runs && performance.now() < known.until) return known.states;
    const answer: Answer = { states: this.ask(question), runs, until: Infinity };
    this.answers.set(key, answer);
    const age = (): void => void (answer.until = performance.now() + question.cacheFor);
    answer.states.then(age, age);
    return answer.states;
  }

  private async ask({ dataSources, timeout, drift }: Question): Promise<readonly HealthState[]> {
    const { repositories } = this.environment;
    const known = repositories.flat();
    const unknown = dataSources?.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new DataSourceNotFoundError(unknown, known);
    const wanted = repositories
      .map((names) => names.filter((name) => dataSources?.includes(name) ?? true))
      .filter((names) => names.length > 0);
    const states = wanted.map(async (names): Promise<readonly HealthState[]> => {
      const migrations = new MigrationService(this.environment, names);
      const found = drift ? readDrift(migrations, timeout) : undefined;
      const known = await migrations.status({ timeout });
      const details = await found;
      return known.map((status) => ({
        ...status,
        ...(status.state === 'down' ? {} : details?.get(status.dataSource)),
      }));
    });
    return (await Promise.all(states)).flat();
  }
}

function detailsOf({
  dataSource,
  state,
  current,
  pending,
  unknown,
  error,
  drift,
  driftError,
}: HealthState): [string, object] {
  const found = { ...(error && { error }), ...(drift && { drift }), ...(driftError && { driftError }) };
  return [dataSource, { state, current, pending, unknown, ...found }];
}
