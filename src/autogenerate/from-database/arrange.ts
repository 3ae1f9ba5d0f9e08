import type { DatabaseObject, MemberKind, TableMember } from '../../dialects/inventory.js';

/** A table object. */
export type TableObject = Extract<DatabaseObject, { readonly kind: 'table' }>;

/** An object in its turn, with those members of a table that are made later; or such a member in its turn. */
export type Turn =
  | { readonly object: DatabaseObject; readonly later: readonly TableMember[] }
  | { readonly member: TableMember; readonly of: TableObject };

/**
 * Objects in an order in which they can be made: each behind all that it needs, and otherwise by rank and name.
 *
 * A constraint or an index is made with its table where that can be. Where objects need each other in a circle, members of
 * tables are made later, foreign keys first. A circle that is left is broken at the object with the smallest rank.
 */
export function inMakingOrder(objects: readonly DatabaseObject[]): readonly Turn[] {
  const parted = new Set<string>();
  for (;;) {
    const turns = arranged(nodesOf(objects, parted), (circle) => {
      const found = membersToPart(circle, parted);
      for (const { id } of found) parted.add(id);
      return found.length > 0;
    });
    if (turns !== undefined) return turns;
  }
}

interface Node {
  readonly id: string;
  readonly rank: number;
  readonly name: string;
  /** Ids of nodes. */
  readonly needs: ReadonlySet<string>;
  readonly turn: Turn;
}

type Nodes = ReadonlyMap<string, Node>;

function nodesOf(objects: readonly DatabaseObject[], parted: ReadonlySet<string>): Nodes {
  const tables = objects.filter((object): object is TableObject => object.kind === 'table');
  const homes = new Map(
    tables.flatMap(({ id, members }) =>
      members.filter((member) => !parted.has(member.id)).map((member) => [member.id, id] as const),
    ),
  );
  const known = new Set([...objects.map(({ id }) => id), ...parted]);
  const needsOf = (id: string, needs: readonly string[]): ReadonlySet<string> => {
    const nodes = needs.map((need) => homes.get(need) ?? need);
    return new Set(nodes.filter((need) => need !== id && known.has(need)));
  };
  const ofObjects = objects.map((object): Node => {
    const { id, rank, description: name } = object;
    const members = object.kind === 'table' ? object.members : [];
    const together = members.filter((member) => !parted.has(member.id));
    const needs = needsOf(id, [...object.needs, ...together.flatMap((member) => member.needs)]);
    return { id, rank, name, needs, turn: { object, later: members.filter((member) => parted.has(member.id)) } };
  });
  const ofMembers = tables.flatMap((table) =>
    table.members
      .filter((member) => parted.has(member.id))
      .map((member): Node => {
        const needs = needsOf(member.id, [...member.needs, table.id]);
        const name = `${table.description} ${member.name}`;
        return { id: member.id, rank: table.rank + 0.5, name, needs, turn: { member, of: table } };
      }),
  );
  return new Map([...ofObjects, ...ofMembers].sort(byRank).map((node) => [node.id, node]));
}

function byRank(one: Node, other: Node): number {
  return one.rank - other.rank || (one.name < other.name ? -1 : Number(one.name > other.name));
}

/** @param open whether a circle was opened otherwise, and all is to be arranged again: then there are no turns. */
function arranged(nodes: Nodes, open: (circle: readonly Node[]) => boolean): readonly Turn[] | undefined {
  const turns: Turn[] = [];
  const waiting = new Map(nodes);
  const isReady = ({ needs }: Node): boolean => [...needs].every((need) => !waiting.has(need));
  while (waiting.size > 0) {
    let next = firstOf(waiting.values(), isReady);
    if (next === undefined) {
      const circle = circleIn(waiting);
      if (open(circle)) return undefined;
      next = [...circle].sort(byRank)[0];
    }
    if (next === undefined) break;
    waiting.delete(next.id);
    turns.push(next.turn);
  }
  return turns;
}

function firstOf<T>(items: Iterable<T>, isFound: (item: T) => boolean): T | undefined {
  for (const item of items) if (isFound(item)) return item;
  return undefined;
}

/** Nodes that need each other: each the one behind it, and the last one the first. */
function circleIn(waiting: Nodes): readonly Node[] {
  const path: Node[] = [];
  let [node] = waiting.values();
  while (node !== undefined && !path.includes(node)) {
    path.push(node);
    const need = firstOf(node.needs, (id) => waiting.has(id));
    node = need === undefined ? undefined : waiting.get(need);
  }
  return node === undefined ? path : path.slice(path.indexOf(node));
}

/** Members for which alone a table in the circle needs the object behind it; foreign keys if there are such. */
function membersToPart(circle: readonly Node[], parted: ReadonlySet<string>): readonly TableMember[] {
  const found = circle.flatMap(({ turn }, index): readonly TableMember[] => {
    const needed = circle[index + 1] ?? circle[0];
    if (!('object' in turn) || turn.object.kind !== 'table' || needed === undefined) return [];
    const ids = new Set(idsOf(needed.turn));
    const isFor = (needs: readonly string[]): boolean => needs.some((need) => ids.has(need));
    if (isFor(turn.object.needs)) return [];
    return turn.object.members.filter((member) => !parted.has(member.id) && isFor(member.needs));
  });
  const keys = found.filter(({ kind }: { readonly kind: MemberKind }) => kind === 'foreignKey');
  return keys.length > 0 ? keys : found;
}

/** The ids by which others may need what is made in a turn. */
function idsOf(turn: Turn): readonly string[] {
  if ('member' in turn) return [turn.member.id];
  const { object } = turn;
  return [object.id, ...(object.kind === 'table' ? object.members.map(({ id }) => id) : [])];
}
