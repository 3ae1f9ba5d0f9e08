import type { DatabaseObject } from '../../inventory.js';

/** Id of an object → ids of those that it needs. */
export type Needs = ReadonlyMap<string, ReadonlySet<string>>;

/** The object that attaches a partition to its table. */
export function attachmentId(relation: number | null): string {
  return `partition:${relation}`;
}

/**
 * Makes what needs a constraint of a partition, such as a foreign key to the partitioned table, also need the attachment of
 * the partition: PostgreSQL then gives the keys that it creates for each partition their usual names.
 */
export function withAttachments(needs: Needs, objects: readonly DatabaseObject[]): Needs {
  const known = new Set(objects.map(({ id }) => id));
  const owners = new Map(objects.flatMap(({ id, partOf }) => (partOf === undefined ? [] : [[id, partOf] as const])));
  const attachmentOf = (id: string, need: string): readonly string[] => {
    const owner = owners.get(need);
    if (owner === undefined || owner === owners.get(id)) return [];
    const attachment = owner.replace(/^pg_class:/, 'partition:');
    return known.has(attachment) ? [attachment] : [];
  };
  return new Map(
    [...needs].map(([id, needed]) => {
      return [id, new Set([...needed, ...[...needed].flatMap((need) => attachmentOf(id, need))])] as const;
    }),
  );
}
