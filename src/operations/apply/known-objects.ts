import { withPart } from '../../schema/parts.js';
import type { ColumnModel, KnownPartition, QualifiedName, SchemaModel } from '../../schema/schema.model.js';
import type { AlterTable, CreateTable, DropObjects, SqlStatement } from '../../sql/ddl/statement.js';
import type { SqlRules } from '../../sql/rules.js';
import { codeTokens } from '../../sql/scanner.js';

/** The name as the model has it. */
type Naming = (name: QualifiedName) => QualifiedName;

/**
 * The schema with what a statement by hand changes of objects that no operation is about, and that effects of later statements depend
 * on: domains, functions and partitions of PostgreSQL; and without indexes whose table DROP INDEX does not name.
 */
export function withKnownObjects(
  schema: SchemaModel,
  statement: SqlStatement,
  nameOf: Naming,
  rules: SqlRules,
): SchemaModel {
  switch (statement.kind) {
    case 'block':
      return statement.statements.reduce((now, each) => withKnownObjects(now, each, nameOf, rules), schema);
    case 'create':
    case 'alter':
      if (statement.name === undefined) return schema;
      if (statement.object === 'DOMAIN') return withDomain(schema, nameOf(statement.name), statement);
      if (statement.object === 'FUNCTION') return withFunction(schema, nameOf(statement.name), statement, rules);
      return schema;
    case 'createTable':
      return withPartition(schema, statement, nameOf);
    case 'alterTable':
      return schemaAfter(schema, statement, nameOf);
    case 'drop':
      if (statement.object === 'INDEX') return withoutIndexes(schema, statement, nameOf);
      return statement.object === 'TABLE'
        ? statement.names.reduce((now, name) => withoutPartition(now, nameOf(name)), schema)
        : schema;
    default:
      return schema;
  }
}

function withoutIndexes(schema: SchemaModel, { names, on }: DropObjects, nameOf: Naming): SchemaModel {
  const dropped = names.map(nameOf);
  const table = on && nameOf(on);
  return {
    ...schema,
    tables: schema.tables.map((each) => {
      if (table !== undefined && !isSame(each, table)) return each;
      const isDropped = (name: string | undefined): boolean =>
        dropped.some((index) => index.name === name && (table !== undefined || index.schema === each.schema));
      return each.indices.some(({ name }) => isDropped(name))
        ? { ...each, indices: each.indices.filter(({ name }) => !isDropped(name)) }
        : each;
    }),
  };
}

type Made = Extract<SqlStatement, { readonly kind: 'create' | 'alter' }>;

function withDomain(schema: SchemaModel, name: QualifiedName, { kind, text }: Made): SchemaModel {
  const { domains = [] } = schema;
  const known = kind === 'alter' ? domains.find((domain) => isSame(domain, name)) : undefined;
  const hasRules = known?.hasRules === true || /\b(?:CHECK|NOT\s+NULL)\b/i.test(text);
  const [, base = known?.base] = kind === 'create' ? (BASE.exec(text) ?? []) : [];
  const [, given = known?.default] = DEFAULT.exec(text) ?? [];
  const domain = {
    ...name,
    hasRules,
    ...(base !== undefined && { base: base.trim() }),
    ...(given !== undefined && { default: given.trim() }),
  };
  return { ...schema, domains: [...domains.filter((each) => !isSame(each, name)), domain] };
}

const ENDS = String.raw`(?=\s+(?:CONSTRAINT|NOT\s+NULL|NULL|CHECK|DEFAULT|COLLATE)\b|\s*$)`;
const BASE = new RegExp(String.raw`^\s*(?:AS\s+)?(.+?)${ENDS}`, 'is');
const DEFAULT = new RegExp(String.raw`\bDEFAULT\s+(.+?)${ENDS}`, 'is');

function withFunction(schema: SchemaModel, name: QualifiedName, { text }: Made, rules: SqlRules): SchemaModel {
  const { functions = [] } = schema;
  const isVolatile = !codeTokens(text, rules).some((token) => token.is('STABLE') || token.is('IMMUTABLE'));
  return { ...schema, functions: [...functions.filter((each) => !isSame(each, name)), { ...name, isVolatile }] };
}

function withPartition(
  schema: SchemaModel,
  { table, partitionOf, isDefaultPartition }: CreateTable,
  nameOf: Naming,
): SchemaModel {
  if (partitionOf === undefined) return schema;
  return added(schema, {
    ...nameOf(table),
    parent: nameOf(partitionOf),
    ...(isDefaultPartition && { isDefault: true }),
  });
}

function schemaAfter(schema: SchemaModel, { table, actions }: AlterTable, nameOf: Naming): SchemaModel {
  const own = nameOf(table);
  return actions.reduce((now, action) => {
    switch (action.action) {
      case 'attachPartition': {
        const { partition, isDefault } = action;
        return added(now, { ...nameOf(partition), parent: own, ...(isDefault && { isDefault }) });
      }
      case 'addConstraint': {
        const { type, columns, isNotValid, name } = action.constraint;
        if (type !== 'notNull' || !isNotValid) return now;
        return withNotNull(now, own, columns[0] ?? '', name ?? `${own.name}_${columns[0] ?? ''}_not_null`);
      }
      case 'setNotNull':
        return withNotNull(now, own, action.column, undefined);
      case 'detachPartition':
        return withoutPartition(now, nameOf(action.partition));
      case 'renameTable':
        return renamed(now, own, nameOf({ ...table, name: action.to }));
      case 'setSchema':
        return renamed(now, own, nameOf({ schema: action.to, name: table.name }));
      default:
        return now;
    }
  }, schema);
}

/** @param name of the NOT NULL of a column that is NOT VALID; undefined where all rows are checked */
function withNotNull(schema: SchemaModel, table: QualifiedName, column: string, name: string | undefined): SchemaModel {
  const changed = (one: ColumnModel): ColumnModel =>
    one.name === column ? withPart(one, 'postgres', { notValidNotNull: name }) : one;
  return {
    ...schema,
    tables: schema.tables.map((each) => (isSame(each, table) ? { ...each, columns: each.columns.map(changed) } : each)),
  };
}

function added(schema: SchemaModel, partition: KnownPartition): SchemaModel {
  return { ...schema, partitions: [...(withoutPartition(schema, partition).partitions ?? []), partition] };
}

function withoutPartition(schema: SchemaModel, name: QualifiedName): SchemaModel {
  if (schema.partitions === undefined) return schema;
  return { ...schema, partitions: schema.partitions.filter((each) => !isSame(each, name)) };
}

function renamed(schema: SchemaModel, from: QualifiedName, to: QualifiedName): SchemaModel {
  if (schema.partitions === undefined) return schema;
  const partitions = schema.partitions.map((each) => {
    const { schema: _schema, ...rest } = each;
    const parent = isSame(each.parent, from) ? to : each.parent;
    return isSame(each, from) ? { ...rest, ...to, parent } : { ...each, parent };
  });
  return { ...schema, partitions };
}

function isSame(one: QualifiedName, other: QualifiedName): boolean {
  return one.name === other.name && one.schema === other.schema;
}
