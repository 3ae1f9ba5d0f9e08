/** Random changes of what entities say, as an editor of them would make. */
const NUMBER = /^(int|int2|int4|int8|smallint|integer|bigint|tinyint|mediumint|number)$/;
const TEXT = /^(varchar|character varying|text|string|nvarchar|char|character|citext)$/;
const UNORDERED = /json|xml|point|circle|polygon|path|line|box/;

/** Up to four changes of the metadata of a data source; resolves to what they were. */
export function changeAtRandom(dataSource, random) {
  const tables = dataSource.entityMetadatas.filter((entity) => isTable(entity, dataSource.entityMetadatas));
  const done = [];
  const touched = new Set();
  if (tables.length === 0) return done;
  const count = 1 + Math.floor(random() * 4);
  for (let attempt = 0; attempt < count * 3 && done.length < count; attempt += 1) {
    const pick = (list) => list[Math.floor(random() * list.length)];
    const entity = pick(tables);
    const [kind, change] = pick(Object.entries(CHANGES));
    const columns = plainColumns(entity).filter((column) => !touched.has(column));
    const used = usedColumns(entity, dataSource.entityMetadatas);
    const free = columns.filter((column) => !used.has(column));
    const isReferenced = used.size > 0 && referencesTo(entity, dataSource.entityMetadatas).length > 0;
    const subject = change({ entity, columns, free, isReferenced, pick, attempt });
    if (subject === undefined) continue;
    touched.add(subject);
    done.push(`${kind} ${entity.tableName}.${subject.databaseName ?? subject.name}`);
  }
  return done;
}

/** Each changes one thing, and returns it; or nothing where it finds nothing to change. */
const CHANGES = {
  drop: ({ entity, free, pick }) => {
    const column = pick(free.filter(isEmptyable));
    if (column) entity.columns = entity.columns.filter((one) => one !== column);
    return column;
  },
  rename: ({ free, pick }) => {
    const column = pick(free.filter(isEmptyable));
    if (column) column.databaseName = `${column.databaseName}_r`.slice(-60);
    return column;
  },
  add: ({ entity, columns, pick, attempt }) => {
    const column = pick(columns);
    if (!column) return undefined;
    const nothing = { default: undefined, enumName: undefined, comment: undefined, isNullable: true };
    const added = Object.assign(Object.create(Object.getPrototypeOf(column)), column, nothing);
    added.databaseName = `added_${attempt}`;
    entity.columns = [...entity.columns, added];
    return added;
  },
  type: ({ free, pick }) => {
    const column = pick(free.filter(({ isArray }) => !isArray));
    if (!column) return undefined;
    const type = typeOf(column);
    if (NUMBER.test(type)) column.type = pick(['bigint', 'varchar', 'text', 'decimal']);
    else if (TEXT.test(type)) Object.assign(column, { type: 'text', length: '' });
    else if (/^bool(ean)?$/.test(type)) column.type = 'varchar';
    else return undefined;
    if (column.default !== null) column.default = undefined;
    return column;
  },
  length: ({ columns, pick }) => {
    const column = pick(columns.filter((one) => TEXT.test(typeOf(one)) && !/^(text|citext)$/.test(typeOf(one))));
    if (column) column.length = pick(['50', '300', '']);
    return column;
  },
  null: ({ columns, pick }) => {
    const column = pick(columns.filter((one) => !one.isNullable || hasDefault(one)));
    if (column) column.isNullable = !column.isNullable;
    return column;
  },
  default: ({ columns, pick }) => {
    const column = pick(columns.filter(({ isArray }) => !isArray));
    if (!column) return undefined;
    const type = typeOf(column);
    if (NUMBER.test(type)) column.default = 7;
    else if (TEXT.test(type)) column.default = "it's 7".slice(0, Number(column.length) || 9);
    else if (/bool/.test(type)) column.default = false;
    else if (column.enum) column.default = String(column.enum.at(-1));
    else return undefined;
    return column;
  },
  enum: ({ free, pick }) => {
    const column = pick(free.filter((one) => one.enum && !one.enumName));
    if (column) column.enum = pick([[...column.enum, 'new_label'], ['zero', ...column.enum].toReversed()]);
    return column;
  },
  comment: ({ columns, pick }) => {
    const column = pick(columns);
    if (column) column.comment = "it's a comment";
    return column;
  },
  index: ({ entity, columns, pick, attempt }) => {
    const column = pick(columns.filter((one) => !UNORDERED.test(typeOf(one))));
    if (!column) return undefined;
    const flags = { isUnique: false, isSpatial: false, isFulltext: false, synchronize: true };
    entity.indices = [...entity.indices, { name: nameFor('ix', entity, attempt), columns: [column], ...flags }];
    return column;
  },
  unique: ({ entity, columns, pick, attempt }) => {
    const column = pick(columns.filter((one) => !UNORDERED.test(typeOf(one))));
    const [key] = entity.primaryColumns;
    if (!column || !key) return undefined;
    entity.uniques = [...entity.uniques, { name: nameFor('uq', entity, attempt), columns: [column, key] }];
    return column;
  },
  check: ({ entity, attempt }) => {
    const [key] = entity.primaryColumns;
    if (!key || !NUMBER.test(typeOf(key))) return undefined;
    const check = { name: nameFor('ck', entity, attempt), expression: `"${key.databaseName}" > 0` };
    entity.checks = [...entity.checks, check];
    return check;
  },
  'drop index': (place) => (place.isReferenced ? undefined : dropOne(place, 'indices')),
  'drop unique': (place) => (place.isReferenced ? undefined : dropOne(place, 'uniques')),
  'drop foreign key': (place) => dropOne(place, 'foreignKeys'),
  'drop check': (place) => dropOne(place, 'checks'),
};

function dropOne({ entity, pick }, kind) {
  const one = pick(entity[kind].filter(({ synchronize }) => synchronize !== false));
  entity[kind] = entity[kind].filter((other) => other !== one);
  return one;
}

/** A table that one entity alone describes. */
function isTable(entity, all) {
  const isShared = all.some(
    (other) => other !== entity && other.tablePath === entity.tablePath && other.tableType !== 'entity-child',
  );
  return entity.synchronize && !['view', 'entity-child'].includes(entity.tableType) && !isShared;
}

/** Columns that no key, expression or generator needs. */
function plainColumns({ columns, checks, exclusions, indices }) {
  const expressions = [
    ...[...checks, ...exclusions].map(({ expression }) => expression),
    ...indices.map(({ where }) => where ?? ''),
    ...columns.map(({ asExpression }) => asExpression ?? ''),
  ].join(' ');
  return columns.filter((column) => {
    const isSpecial = column.isPrimary || column.isVirtualProperty || column.isGenerated || column.isDiscriminator;
    const isReference = column.relationMetadata || column.referencedColumn || column.asExpression;
    return !isSpecial && !isReference && !expressions.includes(column.databaseName);
  });
}

/** Columns that something else of the schema is made of. */
function usedColumns(entity, all) {
  const own = [...entity.indices, ...entity.uniques, ...entity.foreignKeys].flatMap(({ columns }) => columns);
  return new Set([...own, ...referencesTo(entity, all).flatMap(({ referencedColumns }) => referencedColumns)]);
}

function referencesTo(entity, all) {
  return all.flatMap(({ foreignKeys }) => foreignKeys.filter((key) => key.referencedEntityMetadata === entity));
}

/** Whether a downgrade can give the column back, and an upgrade make it, in a table with rows. */
function isEmptyable(column) {
  return column.isNullable || hasDefault(column);
}

function hasDefault(column) {
  return column.default !== undefined && column.default !== null;
}

function typeOf({ type }) {
  return typeof type === 'function' ? type.name.toLowerCase() : String(type);
}

function nameFor(kind, { tableName }, number) {
  return `${kind}_${tableName}_${number}`.slice(0, 60);
}
