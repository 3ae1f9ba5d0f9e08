import { runHere } from './service.js';
import type { Direction, Mode } from './point.js';
import type { Snapshot } from './snapshot.js';
import type { Place, Subject } from './subject.js';

/** What the history does when nothing interrupts it. */
export interface Reference {
  /** Revisions in the order in which they are run. */
  readonly steps: readonly string[];
  /** What the database holds at each position, by its version rows. */
  readonly at: ReadonlyMap<string, Snapshot>;
  readonly start: Snapshot;
  readonly end: Snapshot;
}

/** Runs the history once with a transaction for each revision, and looks at the database between two of them. */
export async function referenceOf(subject: Subject, direction: Direction): Promise<Reference> {
  const place = await subject.make(direction);
  try {
    const start = await place.snapshot();
    const at = new Map([[keyOf(start), start]]);
    const note = async (): Promise<void> => {
      const snapshot = await place.snapshot();
      at.set(keyOf(snapshot), snapshot);
    };
    const { steps } = await runHere(direction, place.options('each'), { onRevisionStart: note });
    await note();
    return { steps: steps.map(({ revision }) => revision ?? ''), at, start, end: await place.snapshot() };
  } finally {
    await place.drop();
  }
}

/** The messages of a whole run through `nest-cmd`, in their order. */
export async function messagesOf(subject: Subject, direction: Direction, mode: Mode): Promise<readonly string[]> {
  const place: Place = await subject.make(direction);
  try {
    const { messages, outcome } = await place.run(direction, mode);
    if (outcome.code !== 0) throw new Error(`${subject.name}: an undisturbed run fails.\n${outcome.stderr}`);
    return messages;
  } finally {
    await place.drop();
  }
}

/** A position, by its version rows. */
export function keyOf({ versions }: Pick<Snapshot, 'versions'>): string {
  return versions.join(',');
}
