import type { DatabaseObject, MemberKind, TableMember } from '../../dialects/inventory.js';

/** A table object. */
export type TableObject = Extract<DatabaseObject, { readonly kind: 'table' }>;

/** One step of the creation: an object, with those members of a table that are created later; or such a member. */
export type Turn =
  | { readonly object: DatabaseObject; readonly later: readonly TableMember[] }
  | { readonly member: TableMember; readonly of: TableObject };

/**
 * Sorts objects into an order in which they can be created: each after all that it needs, and otherwise by rank and name.
 *
 * A constraint, an index or a default is created with its table if possible. Where objects need each other in a circle, members of
 * tables are created later, preferably foreign keys. A circle that remains is broken at the object with the smallest rank.
 */
export function inCreationOrder(objects: readonly DatabaseObject[]): readonly Turn[] {
  const separate = new Set<string>();
  for (;;) {
    const turns = sorted(nodesOf(objects, separate), (circle) => {
      const found = membersToSeparate(circle, separate);
      for (const { id } of found) separate.add(id);
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

function nodesOf(objects: readonly DatabaseObject[], separate: ReadonlySet<string>): Nodes {
  const tables = objects.filter((object): object is TableObject => object.kind === 'table');
  const tableOf = new Map(
    tables.flatMap(({ id, members }) =>
      members.filter((member) => !separate.has(member.id)).map((member) => [member.id, id] as const),
    ),
  );
  const known = new Set([...objects.map(({ id }) => id), ...separate]);
  const needsOf = (id: string, needs: readonly string[]): ReadonlySet<string> => {
    const nodes = needs.map((need) => tableOf.get(need) ?? need);
    return new Set(nodes.filter((need) => need !== id && known.has(need)));
  };
  const ofObjects = objects.map((object): Node => {
    const { id, rank, description: name } = object;
    const members = object.kind === 'table' ? object.members : [];
    const together = members.filter((member) => !separate.has(member.id));
    const needs = needsOf(id, [...object.needs, ...together.flatMap((member) => member.needs)]);
    return { id, rank, name, needs, turn: { object, later: members.filter((member) => separate.has(member.id)) } };
  });
  const ofMembers = tables.flatMap((table) =>
    table.members
      .filter((member) => separate.has(member.id))
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

/**
 * Sorts nodes topologically.
 *
 * @param open called with a circle; true when it changed the nodes so that the circle is broken, and all is to be sorted again
 * @returns undefined when all is to be sorted again
 */
function sorted(nodes: Nodes, open: (circle: readonly Node[]) => boolean): readonly Turn[] | undefined {
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

/** Nodes that need each other in a circle: each needs the next, and the last one the first. */
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

/** The members that are the only reason why a table in the circle needs the next object; just the foreign keys if there are any. */
function membersToSeparate(circle: readonly Node[], separate: ReadonlySet<string>): readonly TableMember[] {
  const found = circle.flatMap(({ turn }, index): readonly TableMember[] => {
    const needed = circle[index + 1] ?? circle[0];
    if (!('object' in turn) || turn.object.kind !== 'table' || needed === undefined) return [];
    const ids = new Set(idsOf(needed.turn));
    const isFor = (needs: readonly string[]): boolean => needs.some((need) => ids.has(need));
    if (isFor(turn.object.needs)) return [];
    return turn.object.members.filter((member) => !separate.has(member.id) && isFor(member.needs));
  });
  const keys = found.filter(({ kind }: { readonly kind: MemberKind }) => kind === 'foreignKey');
  return keys.length > 0 ? keys : found;
}

/** The ids by which others may need what a turn creates. */
function idsOf(turn: Turn): readonly string[] {
  if ('member' in turn) return [turn.member.id];
  const { object } = turn;
  return [object.id, ...(object.kind === 'table' ? object.members.map(({ id }) => id) : [])];
}
