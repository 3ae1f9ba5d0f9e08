import {
  checkArguments,
  oneOf,
  options,
  OVERRIDES,
  type Parameter,
  STOP,
  TARGETS,
  TEXT,
  TEXTS,
} from '../service/arguments.js';
import {
  COUNT,
  FLAG,
  FUNCTION,
  isObject,
  type OptionKind,
  type OptionKinds,
  TIME,
} from '../service/options/option-kinds.js';
import { dataLossModes } from '../service/options/data-loss-mode.js';
import { requireKnown } from '../service/options/read-option.js';
import { CONCURRENCY, MAX_FAILURES, WAVES } from '../service/options/tenants-kinds.js';
import type {
  FleetDowngradeOptions,
  FleetOverrides,
  FleetPlanOptions,
  FleetRetryOptions,
  FleetRunOptions,
  FleetRunsOptions,
  FleetSelection,
  FleetStampOptions,
  FleetStatusOptions,
  FleetWorkOptions,
} from './requests.js';

/** A part of the tenants: which, and of how many. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** `1/4` as what it means; undefined for what is no shard. */
export function readShard(value: unknown): Shard | undefined {
  const [, index, count] = (typeof value === 'string' && /^\s*(\d{1,9})\s*\/\s*(\d{1,9})\s*$/.exec(value)) || [];
  const shard = { index: Number(index), count: Number(count) };
  return shard.index >= 1 && shard.index <= shard.count ? shard : undefined;
}

const SHARD: OptionKind = {
  wanted: "'I/N', a part from 1 to N: '1/4'",
  accepts: (value) => readShard(value) !== undefined,
};

const { signal: SIGNAL } = STOP;
const SELECTION: OptionKinds<FleetSelection> = { tenants: TEXTS, tags: TEXTS, shard: SHARD };
const STATUS: OptionKinds<FleetStatusOptions> = { ...SELECTION, target: TEXT, signal: SIGNAL };
const PLAN: OptionKinds<FleetPlanOptions> = {
  ...SELECTION,
  direction: oneOf('upgrade', 'downgrade'),
  tag: TEXT,
  signal: SIGNAL,
};
const RETRY: OptionKinds<FleetRetryOptions> = {
  ...STOP,
  waves: WAVES,
  concurrency: CONCURRENCY,
  maxFailures: MAX_FAILURES,
  tenantTimeout: TIME,
  onProgress: FUNCTION,
};
const STAMP: OptionKinds<FleetStampOptions> = { ...SELECTION, ...RETRY, tag: TEXT, purge: FLAG };
const RUN: OptionKinds<FleetRunOptions> = {
  ...SELECTION,
  ...RETRY,
  tag: TEXT,
  onDataLoss: oneOf(...dataLossModes),
  confirmDataLoss: FUNCTION,
};
const DOWNGRADE: OptionKinds<FleetDowngradeOptions> = { ...RUN, run: TEXT };
const RUNS: OptionKinds<FleetRunsOptions> = { limit: COUNT };
const WORK: OptionKinds<FleetWorkOptions> = { ...STOP, concurrency: CONCURRENCY };
const {
  dataSources: _dataSources,
  queryRunner: _queryRunner,
  signal: _signal,
  grace: _grace,
  ...ofService
} = OVERRIDES;
const ofWith: OptionKinds<FleetOverrides> = ofService;

const target: Parameter = { name: 'target', kind: TEXT };
const runId: Parameter = { name: 'runId', kind: TEXT, isRequired: true };

const METHODS = {
  with: [{ ...options(ofWith), isRequired: true }],
  status: [options(STATUS)],
  plan: [target, options(PLAN)],
  upgrade: [target, options(RUN)],
  downgrade: [target, options(DOWNGRADE)],
  stamp: [{ name: 'targets', kind: TARGETS }, options(STAMP)],
  retry: [runId, options(RETRY)],
  runs: [options(RUNS)],
  run: [runId],
  work: [options(WORK)],
} satisfies Readonly<Record<string, readonly Parameter[]>>;

/**
 * Refuses arguments of the fleet's methods that are of another kind than their types say. Options that do not exist are refused, too:
 * with a misspelt `tenants` a call would be about all of them.
 *
 * @throws MigrateOptionsError
 */
export function checkFleetCall(method: keyof typeof METHODS, ...values: readonly unknown[]): void {
  const parameters: readonly Parameter[] = METHODS[method];
  checkArguments(method, parameters, values);
  for (const [index, { options: known }] of parameters.entries()) {
    const value = values[index];
    if (known !== undefined && isObject(value)) requireKnown(`\`${method}\``, Object.keys(known), value);
  }
}
