import { qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';

/**
 * Sorts a list topologically: each member after its dependencies, and otherwise by name.
 *
 * Members that depend on each other in a circle are in an arbitrary order, which is always the same.
 */
export function inDependencyOrder<T extends QualifiedName>(
  list: readonly T[],
  dependenciesOf: (member: T) => readonly QualifiedName[],
): T[] {
  const members = new Map([...list].sort(byName).map((member) => [qualifiedKey(member), member]));
  const ordered = new Set<T>();
  const visited = new Set<T>();
  const visit = (member: T): void => {
    if (visited.has(member)) return;
    visited.add(member);
    for (const name of [...dependenciesOf(member)].sort(byName)) {
      const dependency = members.get(qualifiedKey(name));
      if (dependency !== undefined) visit(dependency);
    }
    ordered.add(member);
  };
  for (const member of members.values()) visit(member);
  return [...ordered];
}

/** Orders by schema, then by name; by code points, so that every machine gives the same order. */
export function byName(first: QualifiedName, second: QualifiedName): number {
  return compareText(first.schema ?? '', second.schema ?? '') || compareText(first.name, second.name);
}

function compareText(first: string, second: string): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
