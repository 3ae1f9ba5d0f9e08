import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { placeOfClass } from './class-place.js';
import { lineOfProperty, unknownTypeOf } from '../../errors/property-line.js';
import { type WrittenSchema, writtenSchemas } from './schema-places.js';

type Class = abstract new (...args: never[]) => unknown;
type Storage = ReturnType<(typeof import('typeorm'))['getMetadataArgsStorage']>;

/** Where the property is that a message of TypeORM is about, as far as it can be found, and what to do. */
export interface NamedMember {
  readonly place: string | undefined;
  readonly hint: string;
}

/** Reads TypeORM's messages about one property of an entity. */
export async function memberNamedIn(message: string, dataSource: DataSource): Promise<NamedMember | undefined> {
  const { getMetadataArgsStorage } = await import('typeorm');
  const storage = getMetadataArgsStorage();
  const [, type, entity = '', column = ''] =
    /Data type "(.*?)" in "([\w$]+)\.([\w$]+)" is not supported/.exec(message) ?? [];
  if (type !== undefined) {
    const owner = ownerOf(storage, classNamed(storage, entity), column);
    const place = placeOfProperty(owner, column) ?? schemaNamed(entity)?.placeOf(column);
    const unknown = type === 'Object' && place !== undefined ? unknownTypeAt(place, column) : undefined;
    if (unknown !== undefined) return { place, hint: `No type "${unknown}" is declared in that file, or imported.` };
    return { place, hint: typeHint(type, dataSource) };
  }
  const [, from = '', path] = /Entity metadata for ([\w$]+)#([\w$.]+) was not found/.exec(message) ?? [];
  if (path === undefined) return undefined;
  const property = path.split('.').at(-1) ?? path;
  const owner = ownerOf(storage, classNamed(storage, from), property);
  const related =
    owner === undefined ? relatedOfSchema(dataSource, from, property) : relatedType(storage, owner, property);
  const place = placeOfProperty(owner, property) ?? schemaNamed(from)?.placeOf(property);
  return { place, hint: relationHint(storage, related) };
}

/** The schema of a name, if there is one only: of two, neither would be sure. */
function schemaNamed(name: string): WrittenSchema | undefined {
  const named = writtenSchemas().filter((one) => one.name === name);
  return named.length === 1 ? named[0] : undefined;
}

/** What a relation of an EntitySchema leads to. */
function relatedOfSchema({ options }: DataSource, name: string, property: string): unknown {
  const entities: readonly unknown[] = Object.values(options.entities ?? {});
  const schemas = entities.flatMap((one) => (one as { options?: SchemaOptions } | null)?.options ?? []);
  return called(schemas.find((one) => one.name === name)?.relations?.[property]?.target);
}

interface SchemaOptions {
  readonly name?: string;
  readonly relations?: Readonly<Record<string, { readonly target?: unknown } | undefined>>;
}

function classNamed(storage: Storage, name: string): Class | undefined {
  const named = storage.tables.filter(({ target }) => typeof target === 'function' && target.name === name);
  return named.length === 1 ? (named[0]?.target as Class) : undefined;
}

/** The class that declares a property: an entity, one that it extends, or one that is embedded in it. */
function ownerOf(
  storage: Storage,
  entity: Class | undefined,
  property: string,
  seen = new Set<Class>(),
): Class | undefined {
  if (entity === undefined || seen.has(entity)) return undefined;
  seen.add(entity);
  const chain: unknown[] = [];
  for (let type: unknown = entity; typeof type === 'function' && type.name !== ''; type = Object.getPrototypeOf(type)) {
    chain.push(type);
  }
  const own = [...storage.columns, ...storage.relations].filter((one) => one.propertyName === property);
  const declared = chain.find((type) => own.some(({ target }) => target === type));
  if (declared !== undefined) return declared as Class;
  for (const { target, type } of storage.embeddeds) {
    if (!chain.includes(target)) continue;
    const found = ownerOf(storage, called(type) as Class | undefined, property, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The property's line; the line of its class where that is all that can be found. */
function placeOfProperty(owner: Class | undefined, property: string): string | undefined {
  const place = owner === undefined ? undefined : placeOfClass(owner);
  const [, file, line] = /^(.*):(\d+)$/.exec(place ?? '') ?? [];
  if (owner === undefined || file === undefined) return place;
  try {
    const found = lineOfProperty(readFileSync(resolve(file), 'utf8'), owner.name, property, Number(line));
    return found === undefined ? place : `${file}:${found}`;
  } catch {
    // The source that a source map names need not be there.
    return place;
  }
}

function unknownTypeAt(place: string, property: string): string | undefined {
  const [, file = '', line] = /^(.*):(\d+)$/.exec(place) ?? [];
  try {
    return unknownTypeOf(readFileSync(resolve(file), 'utf8'), property, Number(line));
  } catch {
    return undefined;
  }
}

/** What most people mean by a type that another database has; the first is taken that this one has. */
const COUNTERPARTS: Readonly<Record<string, readonly string[]>> = {
  enum: ['enum', 'simple-enum'],
  json: ['json', 'simple-json'],
  jsonb: ['jsonb', 'json', 'simple-json'],
  datetime: ['datetime', 'timestamp'],
  datetime2: ['datetime', 'timestamp'],
  timestamp: ['timestamp', 'datetime'],
  timestamptz: ['timestamptz', 'datetime'],
  'timestamp with time zone': ['timestamp with time zone', 'datetime'],
  'timestamp without time zone': ['timestamp', 'datetime'],
  tinyint: ['tinyint', 'smallint'],
  mediumint: ['mediumint', 'int'],
  number: ['int'],
  double: ['double', 'double precision'],
  string: ['varchar'],
  uuid: ['uuid', 'varchar'],
  uniqueidentifier: ['uuid', 'varchar'],
  nvarchar: ['nvarchar', 'varchar'],
  longtext: ['text'],
  mediumtext: ['text'],
  tinytext: ['text'],
  blob: ['blob', 'bytea'],
  longblob: ['blob', 'bytea'],
  binary: ['bytea', 'blob'],
  varbinary: ['bytea', 'blob'],
  bytea: ['bytea', 'blob'],
  money: ['money', 'decimal'],
};
/** TypeORM writes these as text in every database. */
const EVERYWHERE = ['simple-enum', 'simple-json'];

function typeHint(type: string, { driver, options }: DataSource): string {
  const supported = driver.supportedDataTypes.filter(
    (one): one is Extract<typeof one, string> => typeof one === 'string',
  ) as readonly string[];
  const meant = COUNTERPARTS[type]?.find(
    (one) => one !== type && (supported.includes(one) || EVERYWHERE.includes(one)),
  );
  const example = meant ?? 'varchar';
  return `Give it a type that the database has: @Column({ type: '${example}' }). Types of ${options.type}: ${[...new Set(supported)].join(', ')}.`;
}

/** What a relation leads to: a class, or the name of an entity; nothing where it cannot be asked. */
function relatedType(storage: Storage, owner: Class | undefined, property: string): unknown {
  const relation = storage.relations.find(({ target, propertyName }) => target === owner && propertyName === property);
  return relation === undefined ? undefined : called(relation.type);
}

function called(type: unknown): unknown {
  if (typeof type !== 'function') return type;
  try {
    return (type as () => unknown)();
  } catch {
    return undefined;
  }
}

function relationHint(storage: Storage, related: unknown): string {
  const add = (name: string): string =>
    `add ${name} to \`entities\`, or, with autoLoadEntities, to TypeOrmModule.forFeature([…])`;
  if (typeof related === 'string') return `It is related to "${related}": ${add(related)}.`;
  if (typeof related !== 'function' || related.name === '') {
    return `The entity that it is related to is not known: ${add('it')}. Where two files import each other, give the relation a function: () => Other.`;
  }
  const place = placeOfClass(related as Class);
  const named = place === undefined ? related.name : `${related.name} (${place})`;
  const isEntity = storage.tables.some(({ target }) => target === related);
  return isEntity
    ? `It is related to ${named}: ${add(related.name)}.`
    : `It is related to ${named}, which has no @Entity(): decorate it, and ${add(related.name)}.`;
}
