/** A rename within one owner of names: a database with tables, a table with columns, an enum with values. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** The names that an owner has in the database, and those that it has in the entities. */
export interface Names {
  readonly has: readonly string[];
  readonly wants: readonly string[];
}

/**
 * The moves that can be made together. Each starts from a name that is not wanted any more or that another move gives to something else,
 * and leads to a name that is not in use or that another move gives up.
 *
 * @param mayExchange whether a move may be part of a circle (`a → b`, `b → a`). Nothing shows later that a circle was done: if it is
 *   requested again, it is done again.
 * @param mayLeave whether a move may start from a name that is still wanted: something new gets that name
 */
export function possibleMoves<T extends Move>(
  moves: readonly T[],
  { has, wants }: Names,
  mayExchange: (move: T) => boolean,
  mayLeave: (move: T) => boolean = () => false,
): readonly T[] {
  const fitting = moves.filter(
    ({ from, to }, index) =>
      from !== to &&
      has.includes(from) &&
      wants.includes(to) &&
      !moves.slice(0, index).some((earlier) => earlier.from === from || earlier.to === to),
  );
  const open = fitting.filter((move) => circleOf(move, fitting).every(mayExchange));
  return withoutConflicts(open, { has, wants }, mayLeave);
}

/** Removes the moves whose new name is in use, and those that depended on a removed one. */
function withoutConflicts<T extends Move>(
  moves: readonly T[],
  { has, wants }: Names,
  mayLeave: (move: T) => boolean,
): readonly T[] {
  const isLeft = (name: string): boolean => moves.some(({ from }) => from === name);
  const isTaken = (name: string): boolean => moves.some(({ to }) => to === name);
  const possible = moves.filter(
    (move) =>
      (!wants.includes(move.from) || isTaken(move.from) || mayLeave(move)) &&
      (!has.includes(move.to) || isLeft(move.to)),
  );
  return possible.length === moves.length ? moves : withoutConflicts(possible, { has, wants }, mayLeave);
}

/** The circle of moves that a move is part of; empty when it is in none. */
function circleOf<T extends Move>(start: T, moves: readonly T[]): readonly T[] {
  const path = [start];
  for (let last: T | undefined = start; last?.to !== start.from && path.length <= moves.length;) {
    last = moves.find(({ from }) => from === last?.to);
    if (last === undefined) return [];
    path.push(last);
  }
  return path;
}

/** The moves in an order in which each leads to a free name; a circle is broken by a temporary name. */
export function inSteps(
  moves: readonly Move[],
  has: readonly string[],
  temporary: (name: string, isTaken: (name: string) => boolean) => string,
): readonly Move[] {
  const taken = new Set(has);
  const steps: Move[] = [];
  let waiting: readonly Move[] = moves;
  const make = (step: Move): void => {
    steps.push(step);
    taken.delete(step.from);
    taken.add(step.to);
  };
  for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
    const next = waiting.find(({ to }) => !taken.has(to));
    if (next === undefined) {
      const { from, to } = first;
      const step = { from, to: temporary(from, (name) => taken.has(name)) };
      make(step);
      waiting = [...waiting.slice(1), { from: step.to, to }];
    } else {
      make(next);
      waiting = waiting.filter((move) => move !== next);
    }
  }
  return steps;
}
