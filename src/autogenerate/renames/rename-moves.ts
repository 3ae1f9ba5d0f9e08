/** A rename among the names of one owner: tables of a database, columns of a table, values of an enum. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** The names that an owner has, and those that it shall have. */
export interface Names {
  readonly has: readonly string[];
  readonly shallHave: readonly string[];
}

/**
 * Those of the moves that can be made together: each leaves a name that nobody wants or that another move takes over,
 * for one that nobody has or that another move gives up.
 *
 * @param mayExchange whether a move may be part of a circle. Nothing shows later that a circle has been gone round: who
 * says it twice means it twice.
 * @param mayLeave whether a move may leave a name that is still wanted: something new gets it.
 */
export function possibleMoves<T extends Move>(
  moves: readonly T[],
  { has, shallHave }: Names,
  mayExchange: (move: T) => boolean,
  mayLeave: (move: T) => boolean = () => false,
): readonly T[] {
  const fitting = moves.filter(
    ({ from, to }, index) =>
      from !== to &&
      has.includes(from) &&
      shallHave.includes(to) &&
      !moves.slice(0, index).some((earlier) => earlier.from === from || earlier.to === to),
  );
  const open = fitting.filter((move) => circleOf(move, fitting).every(mayExchange));
  return withRoom(open, { has, shallHave }, mayLeave);
}

/** Without the moves that find no room, and so without those that counted on them. */
function withRoom<T extends Move>(
  moves: readonly T[],
  { has, shallHave }: Names,
  mayLeave: (move: T) => boolean,
): readonly T[] {
  const isLeft = (name: string): boolean => moves.some(({ from }) => from === name);
  const isTaken = (name: string): boolean => moves.some(({ to }) => to === name);
  const possible = moves.filter(
    (move) =>
      (!shallHave.includes(move.from) || isTaken(move.from) || mayLeave(move)) &&
      (!has.includes(move.to) || isLeft(move.to)),
  );
  return possible.length === moves.length ? moves : withRoom(possible, { has, shallHave }, mayLeave);
}

/** The moves that lead from a move back to it; none when they do not. */
function circleOf<T extends Move>(start: T, moves: readonly T[]): readonly T[] {
  const path = [start];
  for (let last: T | undefined = start; last?.to !== start.from && path.length <= moves.length;) {
    last = moves.find(({ from }) => from === last?.to);
    if (last === undefined) return [];
    path.push(last);
  }
  return path;
}

/** The moves one by one, each to a name that is free by then; a circle is opened by a name in between. */
export function inSteps(
  moves: readonly Move[],
  has: readonly string[],
  between: (name: string, isTaken: (name: string) => boolean) => string,
): readonly Move[] {
  const taken = new Set(has);
  const steps: Move[] = [];
  let waiting: readonly Move[] = moves;
  const go = (step: Move): void => {
    steps.push(step);
    taken.delete(step.from);
    taken.add(step.to);
  };
  for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
    const next = waiting.find(({ to }) => !taken.has(to));
    if (next === undefined) {
      const { from, to } = first;
      const step = { from, to: between(from, (name) => taken.has(name)) };
      go(step);
      waiting = [...waiting.slice(1), { from: step.to, to }];
    } else {
      go(next);
      waiting = waiting.filter((move) => move !== next);
    }
  }
  return steps;
}
