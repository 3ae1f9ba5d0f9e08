import * as fc from 'fast-check';
import { EmptySelectionError, TenantDirectoryError, TenantNotFoundError } from '../../errors/fleet-calls.errors.js';
import type { Tenant } from '../../service/options/tenants.js';
import { readDirectory } from './read-directory.js';
import { select, selectionKey } from './selection.js';

const placeOf = ({ schema, options }: Tenant): string => JSON.stringify([schema, options]);
const read = (tenants: unknown): Promise<readonly Tenant[]> =>
  readDirectory('default', async () => ({ tenants: () => tenants as Tenant[] }), placeOf);

async function* slowly(...tenants: Tenant[]): AsyncGenerator<Tenant> {
  for (const tenant of tenants) yield await Promise.resolve(tenant);
}

describe('a directory', () => {
  const two = [
    { id: 'acme', schema: 'a' },
    { id: 'globex', schema: 'g', tags: ['eu'] },
  ];

  it.each([
    ['a list', two],
    ['a set', new Set(two)],
    ['a promise of a list', Promise.resolve(two)],
    ['an iterable that waits', slowly(...two)],
  ])('may give %s', async (_, tenants) => {
    expect(await read(tenants)).toEqual(two);
  });

  it.each<[string, unknown, string, string[]]>([
    ['nothing', undefined, 'gives undefined, and no list', []],
    ['an id twice', [...two, { id: 'acme', schema: 'b' }], '"acme" more than once', ['acme']],
    [
      'a schema twice',
      [...two, { id: 'again', schema: 'g' }],
      '"globex", "again" are in the same schema, "g"',
      ['globex', 'again'],
    ],
    [
      'a database twice',
      [1, 2].map((id) => ({ id: `t${id}`, options: { database: 'x' } })),
      '"t1", "t2" are in the same database',
      ['t1', 't2'],
    ],
    ['an empty id', [two[0], { id: ' ', schema: 'b' }], 'has the id " ", and an id is a text', [' ']],
    ['no id', [{ schema: 'b' }], 'tenant number 1 has the id undefined', []],
    ['a number as id', [{ id: 7 }], 'tenant number 1 has the id 7', []],
    ['no object', ['acme'], 'tenant number 1 is "acme"', []],
    ['an id that is too long', [{ id: 'x'.repeat(256) }], 'an id of 256 characters', ['x'.repeat(256)]],
    ['a schema that is no text', [{ id: 'a', schema: 5 }], 'the tenant "a" has the schema 5', ['a']],
    ['options that are none', [{ id: 'a', options: 'x' }], 'the tenant "a" has the options "x"', ['a']],
    ['tags that are no list', [{ id: 'a', tags: 'x' }], 'the tenant "a" has tags', ['a']],
    ['an unknown property', [{ id: 'a', shema: 'x' }], 'the tenant "a" has a property "shema"', ['a']],
  ])('with %s is refused', async (_, tenants, message, ids) => {
    const error: unknown = await read(tenants).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TenantDirectoryError);
    expect((error as Error).message).toContain(message);
    expect((error as TenantDirectoryError).tenants).toEqual(ids);
  });

  it('that throws is an error with its cause', async () => {
    const failing = readDirectory('default', () => Promise.reject(new Error('no registry')), placeOf);
    await expect(failing).rejects.toMatchObject({ code: 'TENANT_DIRECTORY', cause: new Error('no registry') });
    await expect(failing).rejects.toThrow('The tenants of data source "default": the directory failed: no registry');
  });
});

describe('a selection', () => {
  const tenants: Tenant[] = Array.from({ length: 40 }, (_, index) => ({
    id: `t${index}`,
    schema: `t${index}`,
    tags: index % 2 === 0 ? ['even'] : ['odd', 'other'],
  }));
  const ids = (selection: Parameters<typeof select>[1]): string[] => select(tenants, selection).map(({ id }) => id);

  it('means all without anything, and keeps the order of the directory', () => {
    expect(ids({})).toHaveLength(40);
    expect(ids({ tenants: ['t9', 't2'] })).toEqual(['t2', 't9']);
  });

  it('means those that fit all that is given', () => {
    expect(ids({ tenants: ['t1', 't2', 't3'], tags: ['odd', 'nobody'] })).toEqual(['t1', 't3']);
  });

  it.each([
    ['an unknown tenant', { tenants: ['t1', 'T11x'] }, TenantNotFoundError, 'There is no tenant "T11x".'],
    ['no tenant', { tenants: [] }, EmptySelectionError, '`tenants` names nobody.'],
    ['an unknown tag', { tags: ['evn'] }, EmptySelectionError, 'No tenant has the tag "evn".'],
    ['a tag of others', { tenants: ['t1'], tags: ['even'] }, EmptySelectionError, 'None of the tenants that are named'],
  ])('of %s is an error', (_, selection, type, message) => {
    expect(() => ids(selection)).toThrow(type);
    expect(() => ids(selection)).toThrow(message);
  });

  it('may be empty where the directory or a part is', () => {
    expect(select([], {})).toEqual([]);
    expect(select([], { shard: '1/2' })).toEqual([]);
    expect(ids({ tenants: ['t1'], shard: '1/999983' })).toEqual([]);
    expect(() => select([], { tags: ['even'] })).toThrow(EmptySelectionError);
  });

  it('names the closest id', () => {
    expect(() => ids({ tenants: ['T11x'] })).toThrow(expect.objectContaining({ hint: 'Did you mean "t11"?' }) as Error);
  });

  it('has each tenant in one part, whoever else is there', () => {
    const id = fc.string({ minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.uniqueArray(id, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        (names, count) => {
          const all = names.map((name) => ({ id: name }));
          const partsOf = (some: readonly Tenant[]): Map<string, string> => {
            const parts = new Map<string, string>();
            for (let index = 1; index <= count; index += 1) {
              const shard = `${index}/${count}`;
              for (const tenant of select(some, { shard })) {
                expect(parts.has(tenant.id)).toBe(false);
                parts.set(tenant.id, shard);
              }
            }
            return parts;
          };
          const parts = partsOf(all);
          expect(parts.size).toBe(all.length);
          const fewer = partsOf(all.slice(0, 1));
          expect(fewer.get(names[0] ?? '')).toBe(parts.get(names[0] ?? ''));
        },
      ),
    );
  });

  it('has a key that does not depend on the order', () => {
    expect(selectionKey({ tenants: ['b', 'a'], shard: '1 / 2' })).toBe(
      selectionKey({ shard: '1/2', tenants: ['a', 'b'] }),
    );
    expect(selectionKey({})).not.toBe(selectionKey({ tags: ['a'] }));
  });
});
