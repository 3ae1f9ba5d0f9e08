import { MigrateOptionsError } from '../../errors/service.errors.js';
import { COUNT, FUNCTION, isObject, type OptionKind, type OptionKinds, TIME } from './option-kinds.js';
import { readAs, requireKinds, requireKnown } from './read-option.js';
import type { TenantsOptions } from './tenants.js';

/** How runs go through the tenants of a fleet, with all defaults filled in. */
export type FleetSettings = Required<Pick<TenantsOptions, 'concurrency' | 'maxFailures' | 'waves' | 'tenantTimeout'>>;

const defaults: FleetSettings = { concurrency: 4, maxFailures: 0, waves: ['100%'], tenantTimeout: 5_000 };

const readNumber = TIME.read as (text: string) => unknown;

/** A share of the tenants as a number from 0 to 1; undefined for what is none. */
export function shareOf(value: unknown): number | undefined {
  const [, digits] = (typeof value === 'string' && /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(value)) || [];
  const percent = digits === undefined ? Infinity : Number(digits);
  return percent <= 100 ? percent / 100 : undefined;
}

/** A whole number, also as a text; undefined for what is none. */
export function wholeNumberOf(value: unknown): number | undefined {
  const read = typeof value === 'string' ? readNumber(value) : value;
  return Number.isSafeInteger(read) && Number(read) >= 0 ? Number(read) : undefined;
}

export const MAX_FAILURES: OptionKind = {
  wanted: "a whole number, or a share such as '2%'",
  accepts: (value) => wholeNumberOf(value) !== undefined || shareOf(value) !== undefined,
};

export const WAVES: OptionKind = {
  wanted: "a list of whole numbers from 1 on and shares, each larger than the one before: ['1', '10%', '100%']",
  accepts: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(isWave) &&
    rises(value.map(wholeNumberOf)) &&
    rises(value.map(shareOf)),
};

export const CONCURRENCY: OptionKind = { ...COUNT, read: readNumber };

const LIST: OptionKind = { wanted: 'a list', accepts: Array.isArray };
const kinds: OptionKinds<TenantsOptions> = {
  imports: LIST,
  inject: LIST,
  useFactory: FUNCTION,
  useClass: { wanted: 'a class', accepts: (value) => typeof value === 'function' },
  useExisting: {
    wanted: 'the token of a provider',
    accepts: (value) => ['string', 'symbol', 'function'].includes(typeof value) && value !== '',
  },
  concurrency: CONCURRENCY,
  maxFailures: MAX_FAILURES,
  waves: WAVES,
  tenantTimeout: TIME,
};

const SOURCES = ['useFactory', 'useClass', 'useExisting'] as const;

/**
 * The option `tenants` of a data source, as it can be.
 *
 * @param dataSource the name of the data source
 * @throws MigrateOptionsError
 */
export function requireTenants(dataSource: string, tenants: unknown): asserts tenants is TenantsOptions {
  const where = `the tenants of data source "${dataSource}"`;
  readAs(`The option "tenants" of data source "${dataSource}"`, { wanted: 'an object', accepts: isObject }, tenants);
  requireKinds(where, kinds, tenants);
  requireKnown(`The option "tenants" of data source "${dataSource}"`, Object.keys(kinds), tenants as object);
  const given = SOURCES.filter((source) => Reflect.get(tenants as object, source) !== undefined);
  if (given.length !== 1) {
    throw new MigrateOptionsError(
      given.length === 0
        ? `Nothing gives ${where}: none of useFactory, useClass and useExisting is given.`
        : `Several give ${where}: ${given.join(' and ')} are given.`,
      { hint: 'One of them gives the TenantDirectory: tenants: { useExisting: Customers }.' },
    );
  }
  const { inject = [], useFactory } = tenants as TenantsOptions;
  if (inject.length > 0 && useFactory === undefined) {
    throw new MigrateOptionsError(`"inject" of ${where} has no meaning without useFactory.`, {
      hint: 'A class has what it needs injected into its constructor.',
    });
  }
  if (inject.some((token) => token === undefined || token === null)) {
    throw new MigrateOptionsError(`"inject" of ${where} has undefined in it.`, {
      hint: 'Is the token imported from a file that imports this one? Move it to a file of its own.',
    });
  }
}

/** The same with the defaults, and texts of numbers as numbers. */
export function fleetSettingsOf(tenants: TenantsOptions): FleetSettings {
  const { concurrency, maxFailures, waves, tenantTimeout } = tenants;
  return {
    concurrency: wholeNumberOf(concurrency) ?? defaults.concurrency,
    maxFailures: maxFailures ?? defaults.maxFailures,
    waves: waves ?? defaults.waves,
    tenantTimeout: Number(tenantTimeout ?? defaults.tenantTimeout),
  };
}

function isWave(value: unknown): boolean {
  const [count, share] = [wholeNumberOf(value), shareOf(value)];
  return (count !== undefined && count >= 1) || (share !== undefined && share > 0);
}

function rises(values: readonly (number | undefined)[]): boolean {
  const known = values.filter((value) => value !== undefined);
  return known.every((value, index) => index === 0 || value > (known[index - 1] as number));
}
