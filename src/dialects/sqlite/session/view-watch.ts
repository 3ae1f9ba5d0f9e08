import type { QueryRunner } from 'typeorm';
import { UnreadableObjectsError } from '../errors.js';
import { type Unreadable, unreadableObjects } from '../reflect/unreadable.js';

/** Watches in a transaction that views and triggers can be read which could be before it. */
export class ViewWatch {
  private before: ReadonlySet<string> = new Set();
  /** The step that first left something unreadable, by its key. */
  private since = new Map<string, string>();

  constructor(private readonly runner: QueryRunner) {}

  async begin(): Promise<void> {
    this.before = new Set((await unreadableObjects(this.runner)).flatMap(keysOf));
    this.since = new Map();
  }

  /** Notes what a step has left unreadable: a later one may mend it. */
  async stepDone(step: string): Promise<void> {
    const keys = this.newOf(await unreadableObjects(this.runner)).flatMap(keysOf);
    this.since = new Map(keys.map((key) => [key, this.since.get(key) ?? step]));
  }

  /**
   * @returns what could not be read before the transaction either, as sentences
   * @throws UnreadableObjectsError when something could be read before, or was not there
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

/** Not by their texts, into which SQLite writes the new names of tables. */
function keysOf({ rows }: Unreadable): readonly string[] {
  return rows.map(({ type, name }) => JSON.stringify([type, name.toLowerCase()]));
}

/** A sentence about what cannot be read. */
export function unreadableText({ object, reason }: Pick<Unreadable, 'object' | 'reason'>): string {
  return `The ${object} cannot be read: ${reason}.`;
}
