import { listOfIds, TenantDirectoryError } from '../../errors/fleet-calls.errors.js';
import { closest } from '../../errors/closest.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { shownValue } from '../../errors/shown.js';
import { messageOf } from '../../errors/thrown.js';
import { isObject } from '../../service/options/option-kinds.js';
import type { Tenant, TenantDirectory } from '../../service/options/tenants.js';

/** The longest id: it is a part of keys in the record. */
export const LONGEST_ID = 255;

const PROPERTIES = ['id', 'schema', 'options', 'tags'];

/**
 * Reads and checks all tenants of a directory.
 *
 * @param keyOf the same for tenants whose tables are in the same place. @throws where a tenant has none
 * @throws TenantDirectoryError, and a MigrateError of the directory as it is
 */
export async function readDirectory(
  dataSource: string,
  directory: () => Promise<TenantDirectory>,
  keyOf: (tenant: Tenant) => string,
): Promise<readonly Tenant[]> {
  const tenants: Tenant[] = [];
  for await (const tenant of given(dataSource, directory)) tenants.push(checked(dataSource, tenant, tenants.length));
  refuseTwice(dataSource, tenants);
  refuseOnePlace(dataSource, tenants, keyOf);
  return tenants;
}

async function* given(dataSource: string, directory: () => Promise<TenantDirectory>): AsyncGenerator<unknown> {
  try {
    const tenants: unknown = await (await directory()).tenants();
    if (!isIterable(tenants)) {
      throw new TenantDirectoryError(
        dataSource,
        `the directory gives ${shownValue(tenants)}, and no list of tenants.`,
        [],
      );
    }
    yield* tenants;
  } catch (error) {
    if (error instanceof MigrateError) throw error;
    throw new TenantDirectoryError(dataSource, `the directory failed: ${messageOf(error)}`, [], { cause: error });
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

function checked(dataSource: string, tenant: unknown, index: number): Tenant {
  const refuse = (what: string, hint?: string): never => {
    const { id } = Object(tenant) as { readonly id?: unknown };
    const isNamed = typeof id === 'string' && id !== '';
    const which = isNamed ? `the tenant ${shownValue(id)}` : `tenant number ${index + 1}`;
    throw new TenantDirectoryError(
      dataSource,
      `${which} ${what}`,
      isNamed ? [id] : [],
      hint === undefined ? {} : { hint },
    );
  };
  if (!isObject(tenant))
    return refuse(`is ${shownValue(tenant)}, and must be an object: { id: 'acme', schema: 'acme' }.`);
  const { id, schema, options, tags } = tenant;
  if (!isName(id)) return refuse(`has the id ${shownValue(id)}, and an id is a text that is not empty.`);
  if (id.length > LONGEST_ID) return refuse(`has an id of ${id.length} characters, and ${LONGEST_ID} are the most.`);
  if (schema !== undefined && !isName(schema)) return refuse(`has the schema ${shownValue(schema)}, and not its name.`);
  if (options !== undefined && !isObject(options))
    return refuse(`has the options ${shownValue(options)}, and no object.`);
  if (tags !== undefined && !(Array.isArray(tags) && tags.every(isName))) {
    return refuse('has tags that are no list of texts.');
  }
  const unknown = Object.keys(tenant).find((name) => !PROPERTIES.includes(name) && tenant[name] !== undefined);
  if (unknown !== undefined) {
    const meant = closest(unknown, PROPERTIES);
    const hint = meant === undefined ? `A tenant has ${PROPERTIES.join(', ')}.` : `Did you mean "${meant}"?`;
    refuse(`has a property ${shownValue(unknown)}, which a tenant does not have.`, hint);
  }
  return tenant as unknown as Tenant;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !value.includes('\0');
}

function refuseTwice(dataSource: string, tenants: readonly Tenant[]): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { id } of tenants) (seen.has(id) ? twice : seen).add(id);
  if (twice.size === 0) return;
  const ids = [...twice];
  throw new TenantDirectoryError(dataSource, `the directory has ${listOfIds(ids)} more than once.`, ids);
}

/** Two tenants in one place would be one database that is migrated twice, and counted twice. */
function refuseOnePlace(dataSource: string, tenants: readonly Tenant[], keyOf: (tenant: Tenant) => string): void {
  const places = new Map<string, Tenant>();
  for (const tenant of tenants) {
    const key = keyOf(tenant);
    const other = places.get(key);
    if (other !== undefined) {
      const { id, schema } = tenant;
      throw new TenantDirectoryError(
        dataSource,
        `${listOfIds([other.id, id])} are in the same ${schema === undefined ? 'database' : `schema, ${shownValue(schema)}`}.`,
        [other.id, id],
        { hint: 'Each tenant has a schema, a database or a file of its own: `schema`, or `options: { database }`.' },
      );
    }
    places.set(key, tenant);
  }
}
