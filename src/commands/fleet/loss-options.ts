import type { Command } from 'commander';
import { lossSentence } from '../../errors/data-loss.errors.js';
import type { FleetRunOptions } from '../../fleet/requests.js';
import type { CommandCall } from '../command-host.js';
import {
  declareRunOptions,
  declareRunTag,
  declareSelection,
  readRunOptions,
  readRunTag,
  readSelection,
} from './fleet-options.js';

/** The options of commands that run revisions, and may take rows or values away. */
export function declareRequest(command: Command): Command {
  return declareRunTag(declareRunOptions(declareSelection(command))).option(
    '--yes',
    'do not ask before rows or values are lost',
  );
}

/** What `upgrade` and `downgrade` of a fleet are given. A person at the terminal is asked once; `--yes` has answered. */
export function readRequest({ options, prompt }: CommandCall): FleetRunOptions {
  const request = { ...readSelection(options), ...readRunOptions(options), ...readRunTag(options) };
  if (options.flag('yes')) return { ...request, onDataLoss: 'allow' };
  if (prompt === undefined) return request;
  return {
    ...request,
    confirmDataLoss: (losses) =>
      prompt.confirm(`${losses.map((loss) => `${lossSentence(loss)}.`).join(' ')} Run it on all tenants?`),
  };
}
