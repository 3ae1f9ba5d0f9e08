import {
  type ApartByTransaction,
  apartByTransaction,
  type BothDirections,
} from '../../autogenerate/order/concurrent-indexes.js';
import type { BoundDataSource, RevisionDirective } from '../options/options.js';
import type { CommandContext } from '../run/command-context.js';
import type { Operation } from '../../operations/operation.js';

/** Directives by the files that they go to, and the comments above their operations. */
export interface RevisionFiles {
  readonly files: readonly (readonly RevisionDirective[])[];
  readonly comments: (operation: Operation) => string | undefined;
}

const NOTICE =
  'Indexes that are built concurrently are in a revision of their own: a run leaves its transaction for them, and a build that fails then undoes nothing else.';

const ABOVE =
  'Outside of any transaction. If it fails, mend the cause and run the upgrade again: what is done is left as it is.';

/**
 * The same files with the concurrent indexes of each in a file behind it, and what needs such an index in one behind that.
 *
 * The data sources of a repository go together: where one has to build its indexes in a file of their own, they all do.
 */
export async function withConcurrentApart(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  { files, comments }: RevisionFiles,
): Promise<RevisionFiles> {
  const replaced = new Map<Operation, Operation>();
  const explained = new Set<Operation | undefined>();
  const apart: (readonly RevisionDirective[])[] = [];
  for (const file of files) {
    const parts = await partsOf(context, sources, file);
    for (const [, part] of parts) {
      for (const [by, operation] of part.replaced) replaced.set(by, operation);
      explained.add(part.concurrent.upgrade[0]);
    }
    const split = splitFile(file, parts);
    if (split.length > 1) context.overrides.onNotice?.({ level: 'info', message: NOTICE });
    apart.push(...split);
  }
  return {
    files: apart,
    comments: (operation) => {
      const comment = comments(replaced.get(operation) ?? operation);
      return explained.has(operation) ? [ABOVE, comment ?? []].flat().join('\n') : comment;
    },
  };
}

type Parts = ReadonlyMap<RevisionDirective, ApartByTransaction>;

async function partsOf(
  { environment }: CommandContext,
  sources: readonly BoundDataSource[],
  file: readonly RevisionDirective[],
): Promise<Parts> {
  const parts = new Map<RevisionDirective, ApartByTransaction>();
  for (const directive of file) {
    const bound = sources.find(({ name }) => name === directive.dataSource);
    const apart = apartByTransaction(directive);
    if (bound === undefined || apart === undefined) continue;
    const { rules } = await environment.connect(bound);
    if (rules.concurrentIndexes) parts.set(directive, withoutIdleInside(apart));
  }
  return parts;
}

/** Moves what only a downgrade does to the concurrent part: else it would be a revision whose upgrade does nothing. */
function withoutIdleInside(apart: ApartByTransaction): ApartByTransaction {
  const { inside, concurrent } = apart;
  if (inside.upgrade.length > 0) return apart;
  return {
    ...apart,
    inside: { upgrade: [], downgrade: [] },
    concurrent: { ...concurrent, downgrade: [...concurrent.downgrade, ...inside.downgrade] },
  };
}

function splitFile(file: readonly RevisionDirective[], parts: Parts): readonly (readonly RevisionDirective[])[] {
  if (parts.size === 0) return [file];
  const pick = (place: 'inside' | 'concurrent' | 'behind', what: string): readonly RevisionDirective[] =>
    file.flatMap((directive) => {
      const apart = parts.get(directive);
      const part: BothDirections = apart?.[place] ?? (place === 'inside' ? directive : { upgrade: [], downgrade: [] });
      const isNeeded = part.upgrade.length > 0 || part.downgrade.length > 0;
      return isNeeded ? [{ ...directive, ...part, message: messageOf(directive, what) }] : [];
    });
  const split = [
    pick('inside', ''),
    pick('concurrent', 'concurrent indexes'),
    pick('behind', 'foreign keys behind concurrent indexes'),
  ].filter((directives) => directives.length > 0);
  return split.length > 1 ? split : [pick('concurrent', '')];
}

function messageOf({ message }: RevisionDirective, what: string): string {
  return [message, what].filter((part) => part !== '').join(': ');
}
