import type { QueryRunner } from 'typeorm';
import { UnreadableObjectsError } from '../errors.js';
import { type Unreadable, unreadableObjects } from '../reflect/unreadable.js';

/** Checks that the views and triggers that were readable before a transaction still are. */
export class ViewWatch {
  private before: ReadonlySet<string> = new Set();
  /** The step that first made something unreadable, by the key of that. */
  private since = new Map<string, string>();

  constructor(private readonly runner: QueryRunner) {}

  async begin(): Promise<void> {
    this.before = new Set((await unreadableObjects(this.runner)).flatMap(keysOf));
    this.since = new Map();
  }

  /** Records what a step has made unreadable; a later step may repair it. */
  async stepDone(step: string): Promise<void> {
    const keys = this.newOf(await unreadableObjects(this.runner)).flatMap(keysOf);
    this.since = new Map(keys.map((key) => [key, this.since.get(key) ?? step]));
  }

  /**
   * @returns sentences about what was unreadable before the transaction already
   * @throws UnreadableObjectsError when something unreadable was readable before, or did not exist
   */
  async verify(): Promise<readonly string[]> {
    const found = await unreadableObjects(this.runner);
    const broken = this.newOf(found);
    const [since] = broken.flatMap(keysOf).flatMap((key) => this.since.get(key) ?? []);
    if (broken.length > 0) throw new UnreadableObjectsError(broken, since);
    return found.map((one) => `${unreadableText(one)} Nor could it be before this run.`);
  }

  private newOf(found: readonly Unreadable[]): readonly Unreadable[] {
    return found.filter((one) => !keysOf(one).some((key) => this.before.has(key)));
  }
}

/** Keys by type and name; not by the statement, in which SQLite replaces the names of renamed tables. */
function keysOf({ rows }: Unreadable): readonly string[] {
  return rows.map(({ type, name }) => JSON.stringify([type, name.toLowerCase()]));
}

/** A sentence about what cannot be read. */
export function unreadableText({ object, reason }: Pick<Unreadable, 'object' | 'reason'>): string {
  return `The ${object} cannot be read: ${reason}.`;
}
