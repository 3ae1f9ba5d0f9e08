import Sequencer from '@jest/test-sequencer';

/** The files that take longest, the longest first. */
const LONGEST = [
  'test/fleet/queues/pg-boss.spec.ts',
  'test/fleet/queues/bullmq.spec.ts',
  'test/changes/pairs.spec.ts',
  'test/changes/changes.spec.ts',
  'test/e2e/entity-failures.spec.ts',
  'test/changes/probes.spec.ts',
  'test/faults/lease.spec.ts',
  'test/e2e/cli-stale-build.spec.ts',
  'test/e2e/cli.spec.ts',
  'test/faults/lost-connections.spec.ts',
  'test/e2e/waiting.spec.ts',
  'test/e2e/signals.spec.ts',
  'test/e2e/cli-workspaces.spec.ts',
  'test/e2e/several.spec.ts',
  'test/e2e/data-source-failures.spec.ts',
  'test/faults/contention.spec.ts',
  'test/faults/journal.spec.ts',
  'test/faults/preflight.spec.ts',
  'test/faults/stopped-runs.spec.ts',
  'test/e2e/run-progress.spec.ts',
  'test/e2e/build-folder.spec.ts',
  'test/roundtrip/random-pairs.spec.ts',
  'test/from-database/synchronized.spec.ts',
];

/**
 * The order of test files: those that take long first, so that in the end no worker is busy with one of them while the others have
 * nothing left to do. Jest knows how long a file takes only once it has run it on this machine.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = LONGEST.findIndex((file) => path.endsWith(`/${file}`));
      return index === -1 ? LONGEST.length : index;
    };
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
}
