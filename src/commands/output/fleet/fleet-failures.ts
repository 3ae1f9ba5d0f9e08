import type { FleetFailure } from '../../../fleet/results.js';

/** Failures that have the same cause. */
export interface FailureGroup {
  readonly code: string;
  readonly revision?: string;
  /** The error of the first of them. */
  readonly error: string;
  readonly tenants: readonly string[];
}

/** Failures by their error, which may name the tenant; the most frequent first. */
export function groupFailures(failures: readonly FleetFailure[]): readonly FailureGroup[] {
  const groups = new Map<string, FleetFailure[]>();
  for (const failure of failures) {
    const key = causeOf(failure);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [failure]);
    else group.push(failure);
  }
  return [...groups.values()]
    .toSorted((one, other) => other.length - one.length)
    .map(([first, ...rest]) => {
      const { code, revision, error, tenant } = first as FleetFailure;
      return {
        code,
        ...(revision !== undefined && { revision }),
        error,
        tenants: [tenant, ...rest.map((failure) => failure.tenant)],
      };
    });
}

/** What failures with one cause have in common: the error without the name of its tenant. */
export function causeOf({ code, revision, error, tenant }: FleetFailure): string {
  return JSON.stringify([code, revision, withoutName(error, tenant)]);
}

/** A name counts where no letter or digit is next to it: `acme` of `tenant_acme`, and `1` not of `10`. */
function withoutName(text: string, name: string): string {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return name === ''
    ? text
    : text.replaceAll(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'gu'), '\u0000');
}
