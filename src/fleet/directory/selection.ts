import { createHash } from 'node:crypto';
import { EmptySelectionError, listOfIds, TenantNotFoundError } from '../../errors/fleet-calls.errors.js';
import type { Tenant } from '../../service/options/tenants.js';
import { readShard, type Shard } from '../arguments.js';
import type { FleetSelection } from '../requests.js';

/**
 * The tenants that are meant, in the order of the directory: those that fit all that is given. None where the directory has none, as before
 * the first of them is made, or where a part is empty, as it may be with few tenants: neither is a mistake of the caller.
 *
 * @throws TenantNotFoundError for an id that the directory does not have; EmptySelectionError for tags that fit nobody
 */
export function select(tenants: readonly Tenant[], { tenants: ids, tags, shard }: FleetSelection): readonly Tenant[] {
  if (ids?.length === 0)
    throw new EmptySelectionError('`tenants` names nobody.', { hint: 'Leave it out for all of them.' });
  if (tags?.length === 0)
    throw new EmptySelectionError('`tags` names no tag.', { hint: 'Leave it out for all of them.' });
  const named = ids === undefined ? tenants : byIds(tenants, ids);
  const tagged = tags === undefined ? named : named.filter((tenant) => tenant.tags?.some((tag) => tags.includes(tag)));
  if (tags !== undefined && tagged.length === 0) throw withoutTag(tags, named, ids !== undefined);
  const part = shard === undefined ? undefined : readShard(shard);
  return part === undefined ? tagged : tagged.filter(({ id }) => isIn(part, id));
}

/** The selection as a key: the same for calls that mean the same tenants. */
export function selectionKey({ tenants, tags, shard }: FleetSelection): string {
  const part = shard === undefined ? undefined : readShard(shard);
  const sorted = (list: readonly string[] | undefined): readonly string[] | null => list?.toSorted() ?? null;
  return JSON.stringify([sorted(tenants), sorted(tags), part === undefined ? null : `${part.index}/${part.count}`]);
}

/** Whether a tenant is in a part, by its id alone: parts stay as they are when tenants come and go. */
function isIn({ index, count }: Shard, id: string): boolean {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % count === index - 1;
}

function byIds(tenants: readonly Tenant[], ids: readonly string[]): readonly Tenant[] {
  const wanted = new Set(ids);
  const named = tenants.filter(({ id }) => wanted.delete(id));
  if (wanted.size === 0) return named;
  throw new TenantNotFoundError(
    [...wanted],
    tenants.map(({ id }) => id),
  );
}

function withoutTag(tags: readonly string[], tenants: readonly Tenant[], isNamed: boolean): EmptySelectionError {
  const known = [...new Set(tenants.flatMap((tenant) => tenant.tags ?? []))].toSorted();
  const who = isNamed ? 'None of the tenants that are named' : 'No tenant';
  return new EmptySelectionError(`${who} has the tag ${tags.map((tag) => JSON.stringify(tag)).join(' or ')}.`, {
    hint: known.length === 0 ? 'None has any tag.' : `There are the tags ${listOfIds(known)}.`,
  });
}
