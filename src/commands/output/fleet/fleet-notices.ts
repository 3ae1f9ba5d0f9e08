import type { FleetOverrides } from '../../../fleet/requests.js';
import type { Output } from '../output.js';

/** Different warnings that are printed: one of each tenant would hide all else. */
const MOST_WARNINGS = 20;

/**
 * The callbacks that print what a fleet reports besides its result: each warning once, though each tenant may give it; nothing of
 * steps and waits, of which there is one for each tenant.
 */
export function fleetReporting(output: Output, { debug }: { readonly debug: boolean }): FleetOverrides {
  const printed = new Set<string>();
  return {
    useLogger: false,
    onNotice: ({ level, message }) => {
      if (level !== 'warning' || printed.has(message) || printed.size >= MOST_WARNINGS) return;
      printed.add(message);
      output.warn(message);
    },
    ...(debug && {
      onQuery: ({ dataSource, sql }) => output.debug(`[${dataSource}] ${sql.replaceAll(/\s+/g, ' ').trim()}`),
    }),
  };
}
