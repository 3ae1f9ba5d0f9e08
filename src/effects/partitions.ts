import type { Effects } from '../dialects/dialect.js';
import { qualifiedKey, type QualifiedName, type SchemaModel } from '../schema/schema.model.js';

/** Effects on a partitioned table without those on its partitions, which are the same. */
export function withoutPartitions(effects: Effects, { partitions = [] }: SchemaModel): Effects {
  if (partitions.length === 0) return effects;
  const parents = new Map(partitions.map((each) => [qualifiedKey(each), each.parent]));
  const isWithin = (name: QualifiedName, all: readonly QualifiedName[]): boolean => {
    const parent = parents.get(qualifiedKey(name));
    return (
      parent !== undefined && (all.some((each) => qualifiedKey(each) === qualifiedKey(parent)) || isWithin(parent, all))
    );
  };
  const [locked, worked] = [effects.locks.map(({ name }) => name), effects.work.map(({ table }) => table)];
  return {
    ...effects,
    locks: effects.locks.filter(({ name }) => !isWithin(name, locked)),
    work: effects.work.filter(({ table }) => !isWithin(table, worked)),
  };
}
