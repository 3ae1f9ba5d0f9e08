import { closest } from './closest.js';
import { MigrateError } from './migrate.error.js';
import { shortened } from './shown.js';

/** How many ids a message has at most. */
const SHOWN = 5;

/** The directory of a fleet cannot be read, or gives tenants that no run can be told apart. Nothing was run. */
export class TenantDirectoryError extends MigrateError {
  readonly code = 'TENANT_DIRECTORY';

  constructor(
    dataSource: string,
    message: string,
    /** The ids of the tenants at fault, as far as they have any. */
    readonly tenants: readonly string[],
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(`The tenants of data source "${dataSource}": ${message}`, options);
    this.dataSource = dataSource;
  }
}

/** A tenant was named that the directory does not have. */
export class TenantNotFoundError extends MigrateError {
  readonly code = 'TENANT_NOT_FOUND';
  override readonly exitCode = 2;

  constructor(
    /** The ids that the directory does not have. */
    readonly tenants: readonly string[],
    known: readonly string[],
  ) {
    const [first = ''] = tenants;
    const meant = closest(first, known);
    const names = listOfIds(tenants);
    super(tenants.length === 1 ? `There is no tenant ${names}.` : `There are no tenants ${names}.`, {
      hint:
        meant === undefined
          ? `The directory has ${known.length === 0 ? 'none' : `${known.length}: ${listOfIds(known)}`}.`
          : `Did you mean "${meant}"?`,
    });
  }
}

/** A selection fits no tenant. Nothing was run. */
export class EmptySelectionError extends MigrateError {
  readonly code = 'EMPTY_SELECTION';
  override readonly exitCode = 2;
}

/** A run of a fleet, as errors about it name it. */
export interface NamedFleetRun {
  /** Identifies it. */
  readonly runId: string;
  /** What it does. */
  readonly command: string;
  /** The target, as it was given. */
  readonly target: string;
  /** User and host. */
  readonly startedBy: string;
  /** When it began. */
  readonly startedAt: Date;
}

/** Another run of the fleet goes on, with another command or target. Nothing was run. */
export class FleetBusyError extends MigrateError {
  readonly code = 'FLEET_BUSY';

  constructor(
    /** The run that goes on. */
    readonly busyWith: NamedFleetRun,
    ms: number,
  ) {
    const { runId, command, target, startedBy, startedAt } = busyWith;
    super(
      `The fleet is at work: ${command} to ${target}, run ${runId}, begun by ${startedBy} at ${startedAt.toISOString()}; waited ${ms / 1_000} s.`,
      {
        hint: 'Wait until it has ended, or wait longer (`runnerTimeout`). A call with the same target shares its work.',
      },
    );
  }
}

/** The record has no run with this id. */
export class FleetRunNotFoundError extends MigrateError {
  readonly code = 'FLEET_RUN_NOT_FOUND';
  override readonly exitCode = 2;

  constructor(
    /** The id that was given. */
    readonly runId: string,
    known: readonly string[],
  ) {
    const meant = closest(runId, known);
    super(`The fleet has no run ${shortened(JSON.stringify(runId))}.`, {
      hint:
        known.length === 0
          ? 'It has none at all yet.'
          : `${meant === undefined ? '' : `Did you mean ${meant}? `}The last one is ${known[0]}.`,
    });
  }
}

/** A tenant is at a revision that no file has: newer or older code has left it there. Its run leaves it alone. */
export class TenantPositionUnknownError extends MigrateError {
  readonly code = 'TENANT_POSITION_UNKNOWN';

  constructor(tenant: string, current: readonly string[], unknown: readonly string[]) {
    super(
      `The tenant "${tenant}" is at ${current.join(', ')}, and no file has ${unknown.length === current.length ? 'that' : unknown.join(', ')}.`,
      { hint: 'Is this the code that migrated it? A newer or an older version of it may have that revision.' },
    );
  }
}

/** The record of a run could not be written or read any more: whoever was being migrated has ended, nobody else has begun. */
export class FleetRecordError extends MigrateError {
  readonly code = 'FLEET_RECORD';

  constructor(dataSource: string, reason: string, cause: unknown) {
    super(`The record of the fleet's runs in the database of data source "${dataSource}" failed: ${reason}`, {
      cause,
      hint: 'The version rows in the tenants are right. Run the command again to go on: it finds out what is done.',
    });
  }
}

/** Ids for a message: the first ones, and how many more there are. */
export function listOfIds(ids: readonly string[]): string {
  const shown = ids.slice(0, SHOWN).map((id) => JSON.stringify(id));
  return ids.length > SHOWN ? `${shown.join(', ')} and ${ids.length - SHOWN} more` : shown.join(', ');
}
