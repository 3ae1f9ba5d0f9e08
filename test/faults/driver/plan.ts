import type { Direction, Mode, Point, Side } from './point.js';
import type { Reference } from './reference.js';
import { messagesOf, referenceOf } from './reference.js';
import type { Subject } from './subject.js';

/** A subject with all that is known of its undisturbed runs. */
export interface Plan {
  readonly subject: Subject;
  readonly references: Readonly<Record<Direction, Reference>>;
  /** The messages of each run, by mode and direction: `one up`. */
  readonly messages: ReadonlyMap<string, readonly string[]>;
  readonly points: readonly Point[];
}

const modes: readonly Mode[] = ['one', 'each'];
const directions: readonly Direction[] = ['up', 'down'];

/** Runs a subject's history undisturbed, and lists all points of it. */
export async function planOf(subject: Subject): Promise<Plan> {
  const references = { up: await referenceOf(subject, 'up'), down: await referenceOf(subject, 'down') };
  const messages = new Map<string, readonly string[]>();
  const points: Point[] = [];
  for (const mode of modes) {
    for (const direction of directions) {
      const found = await messagesOf(subject, direction, mode);
      messages.set(`${mode} ${direction}`, found);
      for (const fault of subject.faults) {
        const common = { database: subject.name, fault, mode, direction };
        points.push(
          ...found.flatMap((sql, index) =>
            sidesOf(sql, subject.takesLong ?? takesLong).map((side) => ({ ...common, message: index + 1, side })),
          ),
        );
      }
    }
  }
  return { subject, references, messages, points };
}

/** Only what takes a while can be interrupted in the middle. */
function sidesOf(sql: string, isLong: (sql: string) => boolean): readonly Side[] {
  return isLong(sql) ? ['before', 'during', 'after'] : ['before', 'after'];
}

function takesLong(sql: string): boolean {
  // The journal of a run has statements as literals.
  return /CONCURRENTLY|pg_sleep/.test(sql.replaceAll(/'(?:[^']|'')*'/g, ''));
}

/**
 * Some points of each group of database, fault, mode and direction, the same ones for a seed: every second one at a place where
 * much can go wrong.
 */
export function sampleOf(plans: readonly Plan[], count: number, seed: number): readonly Point[] {
  const random = generator(seed);
  const groups = new Map<string, { readonly rare: Point[]; readonly any: Point[] }>();
  for (const { points, messages } of plans) {
    for (const point of points) {
      const key = [point.database, point.fault, point.mode, point.direction].join('/');
      const group = groups.get(key) ?? { rare: [], any: [] };
      groups.set(key, group);
      const sql = messages.get(`${point.mode} ${point.direction}`)?.[point.message - 1] ?? '';
      group[isRisky(sql, point.side) ? 'rare' : 'any'].push(point);
    }
  }
  for (const { rare, any } of groups.values()) for (const list of [rare, any]) shuffle(list, random);
  const taken: Point[] = [];
  const queues = shuffle([...groups.values()], random);
  for (
    let round = 0;
    taken.length < count && queues.some(({ rare, any }) => rare.length + any.length > 0);
    round += 1
  ) {
    for (const { rare, any } of queues) {
      const point = round % 2 === 0 ? (rare.pop() ?? any.pop()) : (any.pop() ?? rare.pop());
      if (point !== undefined && taken.length < count) taken.push(point);
    }
  }
  return taken;
}

function isRisky(sql: string, side: Side): boolean {
  return (
    side === 'during' ||
    /^\s*COMMIT|CONCURRENTLY|outside|_history|_journal|advisory|^(ALTER|CREATE|RENAME|DROP)\b/i.test(sql)
  );
}

/** Fisher and Yates. @returns the same list */
function shuffle<T>(list: T[], random: () => number): T[] {
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [list[last], list[other]] = [list[other]!, list[last]!];
  }
  return list;
}

/** Numbers from 0 to 1, the same ones for a seed: mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
