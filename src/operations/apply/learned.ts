import type { ColumnModel, EnumModel, ForeignKeyModel, QualifiedName, TableModel } from '../../schema/schema.model.js';
import type {
  ColumnClause,
  ConstraintClause,
  CreateTable,
  SqlStatement,
  TableAction,
} from '../../sql/ddl/statement.js';
import { MYSQL_SQL } from '../../sql/rules.js';
import { codeTokens } from '../../sql/scanner.js';
import type { ColumnChange, Operation, TableOperation } from '../operation.js';

/** What the names in a statement refer to. */
export interface Naming {
  /** The name as the model has it. */
  readonly nameOf: (name: QualifiedName) => QualifiedName;
  /** The enum that a type, as it is written, is; undefined for any other type. */
  readonly enumOf: (type: string) => EnumModel | undefined;
}

/**
 * What a statement by hand changes in a schema, as operations: enough to know what later statements do to it. Types and expressions are
 * as they are written, not as the catalog prints them.
 */
export function learnedFrom(statement: SqlStatement, naming: Naming): readonly Operation[] {
  const { nameOf } = naming;
  switch (statement.kind) {
    case 'createTable':
      return statement.isTemporary
        ? []
        : [
            {
              kind: 'createTable',
              table: tableOf(statement, naming),
              ...(statement.ifNotExists && { ifNotExists: true }),
            },
          ];
    case 'createIndex':
      return statement.index === undefined
        ? []
        : [
            {
              kind: 'createIndex',
              table: nameOf(statement.table),
              ifNotExists: true,
              index: {
                name: statement.index.name,
                columnNames: statement.columns.every((column) => column !== undefined) ? statement.columns : [],
                ...(statement.expressions !== undefined && { expression: statement.expressions }),
                ...(statement.isUnique && { isUnique: true }),
                ...(statement.where !== undefined && { where: statement.where }),
                ...(statement.columnOptions && { columnOptions: statement.columnOptions }),
              },
            },
          ];
    case 'alterTable':
      return statement.actions.flatMap((action) => ofAction(nameOf(statement.table), action, naming));
    case 'drop':
      return statement.object === 'TABLE'
        ? statement.names.map((name) => ({ kind: 'dropTable', table: nameOf(name), ifExists: true }))
        : [];
    case 'rename':
      // MySQL's RENAME TABLE.
      return statement.object === 'TABLE' && !statement.isMove
        ? [
            {
              kind: 'renameTable',
              table: nameOf(statement.name),
              to: { ...nameOf(statement.name), name: statement.to },
            },
          ]
        : [];
    case 'block':
      return statement.statements.flatMap((each) => learnedFrom(each, naming));
    default:
      return [];
  }
}

function tableOf({ table, columns, constraints, partitionOf, partitionedBy }: CreateTable, naming: Naming): TableModel {
  const { nameOf } = naming;
  const all = [...constraints, ...columns.flatMap((column) => column.constraints)];
  const key = all.find(({ type }) => type === 'primaryKey');
  const part = {
    ...(partitionOf && { inherits: [nameOf(partitionOf)] }),
    ...(partitionedBy !== undefined && { partitionedBy }),
  };
  const required = all.flatMap(({ type, columns: of }) => (type === 'primaryKey' || type === 'notNull' ? of : []));
  return {
    ...nameOf(table),
    columns: columns.map((column) =>
      columnOf(required.includes(column.name) ? { ...column, isNotNull: true } : column, naming),
    ),
    ...(key && { primaryKey: { ...named(key), columnNames: key.columns } }),
    uniques: all.filter(({ type }) => type === 'unique').map((each) => ({ ...named(each), columnNames: each.columns })),
    checks: all.filter(({ type }) => type === 'check').map(checkOf),
    exclusions: [],
    foreignKeys: all.filter(({ type }) => type === 'foreignKey').map((each) => keyOf(each, nameOf)),
    indices: [],
    ...(Object.keys(part).length > 0 && { postgres: part }),
  };
}

function columnOf(column: ColumnClause, naming: Naming): ColumnModel {
  return {
    name: column.name,
    ...typeOf(column.type, naming),
    ...(column.isNotNull !== true && !column.isIdentity && { isNullable: true }),
    ...(column.default !== undefined && { default: column.default }),
    ...(column.isIdentity && { generationStrategy: 'identity' }),
    ...(column.generated && {
      asExpression: 'unknown',
      generatedType: column.generated === 'stored' ? 'STORED' : 'VIRTUAL',
    }),
  };
}

type Typed = Pick<
  ColumnModel,
  'type' | 'length' | 'precision' | 'scale' | 'isArray' | 'enum' | 'enumName' | 'enumSchema'
>;

function typeOf(text: string, { enumOf }: Naming): Typed {
  const own = /^(enum|set)\s*\(/i.exec(text)?.[1];
  if (own !== undefined) return { type: own.toLowerCase(), enum: stringsIn(text) };
  const isArray = text.includes('[') && { isArray: true as const };
  const labels = enumOf(text);
  if (labels !== undefined) {
    const { schema, name, values } = labels;
    return {
      type: 'enum',
      enumName: name,
      ...(schema !== undefined && { enumSchema: schema }),
      enum: values,
      ...isArray,
    };
  }
  // A domain is known by its name without quotes.
  const quoted = /^(?:"[^"]+"\.|\w+\.)?"([a-z_][a-z0-9_$]*)"$/.exec(text)?.[1];
  if (quoted !== undefined && quoted !== 'char') return { type: quoted };
  const match = /^([^([]*)\(([^)]*)\)([^[]*)/.exec(text);
  if (match === null) return { type: text.replace(/\[.*$/, '').trim().toLowerCase(), ...isArray };
  const [, head = '', inside = '', tail = ''] = match;
  const type = `${head.trim()} ${tail.trim()}`.trim().toLowerCase();
  const [first = '', second] = inside.split(',').map((part) => part.trim());
  if (/^(?:numeric|decimal|dec)\b/.test(type)) {
    return { type, precision: Number(first), ...(second !== undefined && { scale: Number(second) }), ...isArray };
  }
  if (/^(?:time|interval)/.test(type)) return { type, precision: Number(first), ...isArray };
  return { type, length: inside, ...isArray };
}

/** The labels of MySQL's types, which alone are written with them. */
function stringsIn(text: string): readonly string[] {
  return codeTokens(text, MYSQL_SQL).flatMap(({ kind, value }) => (kind === 'string' ? [value] : []));
}

function named({ name }: ConstraintClause): { readonly name?: string } {
  return name === undefined ? {} : { name };
}

function checkOf(constraint: ConstraintClause): TableModel['checks'][number] {
  const { expression = '', isNotValid } = constraint;
  return { ...named(constraint), expression, ...(isNotValid && { isNotValid }) };
}

function keyOf(constraint: ConstraintClause, nameOf: (name: QualifiedName) => QualifiedName): ForeignKeyModel {
  const { schema, name = '' } = constraint.referenced === undefined ? { name: '' } : nameOf(constraint.referenced);
  return {
    ...named(constraint),
    columnNames: constraint.columns,
    ...(schema !== undefined && { referencedSchema: schema }),
    referencedTableName: name,
    referencedColumnNames: constraint.referencedColumns ?? [],
    ...(constraint.isNotValid && { isNotValid: true }),
  };
}

function ofAction(table: QualifiedName, action: TableAction, naming: Naming): readonly Operation[] {
  const { nameOf } = naming;
  const alter = (column: string, to: ColumnChange): readonly TableOperation[] => [
    { kind: 'alterColumn', table, column, to },
  ];
  switch (action.action) {
    case 'addColumn': {
      const { column } = action;
      const constraints = column.constraints.flatMap((each) => ofConstraint(table, each, nameOf));
      return [{ kind: 'addColumn', table, column: columnOf(column, naming), ifNotExists: true }, ...constraints];
    }
    case 'changeColumn':
      return [
        ...(action.from === action.column.name
          ? []
          : [{ kind: 'renameColumn' as const, table, from: action.from, to: action.column.name }]),
        ...alter(action.column.name, {
          ...typeOf(action.column.type, naming),
          isNullable: action.column.isNotNull !== true,
          default: action.column.default ?? null,
        }),
      ];
    case 'dropColumn':
      return [{ kind: 'dropColumn', table, column: action.column, ifExists: true }];
    case 'renameColumn':
      return [{ kind: 'renameColumn', table, from: action.from, to: action.to }];
    case 'setType':
      return alter(action.column, typeOf(action.type, naming));
    case 'setNotNull':
    case 'dropNotNull':
      return alter(action.column, { isNullable: action.action === 'dropNotNull' });
    case 'setDefault':
      return alter(action.column, { default: /^NULL$/i.test(action.default) ? null : action.default });
    case 'dropDefault':
      return alter(action.column, { default: null });
    case 'addIdentity':
    case 'dropIdentity':
      return alter(action.column, { generationStrategy: action.action === 'addIdentity' ? 'identity' : null });
    case 'dropExpression':
      return alter(action.column, { asExpression: null });
    case 'addConstraint':
      return ofConstraint(table, action.constraint, nameOf);
    case 'validateConstraint':
      return [{ kind: 'validateConstraint', table, name: action.name }];
    case 'dropConstraint':
      // Which kind it is, is known by what the table has.
      return (['dropCheck', 'dropForeignKey', 'dropUnique', 'dropPrimaryKey'] as const).map((kind) => ({
        kind,
        table,
        name: action.name,
        ifExists: true,
      }));
    case 'renameConstraint':
      return [{ kind: 'renameConstraint', table, from: action.from, to: action.to, ifExists: true }];
    case 'addIndex':
      return [
        {
          kind: 'createIndex',
          table,
          index: { name: action.name ?? '', columnNames: action.columns.flatMap((column) => column ?? []) },
          ifNotExists: true,
        },
      ];
    case 'dropIndex':
      return [{ kind: 'dropIndex', table, name: action.name, ifExists: true }];
    case 'renameTable':
      return [{ kind: 'renameTable', table, to: { ...table, name: action.to } }];
    case 'setSchema':
      return [{ kind: 'renameTable', table, to: nameOf({ schema: action.to, name: table.name }) }];
    default:
      return [];
  }
}

function ofConstraint(
  table: QualifiedName,
  constraint: ConstraintClause,
  nameOf: (name: QualifiedName) => QualifiedName,
): readonly TableOperation[] {
  const { type, columns, usingIndex, isNotEnforced } = constraint;
  if (isNotEnforced) return [];
  switch (type) {
    case 'check':
      return [{ kind: 'createCheck', table, check: checkOf(constraint) }];
    case 'foreignKey':
      return [{ kind: 'createForeignKey', table, foreignKey: keyOf(constraint, nameOf) }];
    case 'unique':
      return usingIndex === undefined
        ? [{ kind: 'createUnique', table, unique: { ...named(constraint), columnNames: columns } }]
        : [];
    case 'primaryKey':
      return usingIndex === undefined
        ? [{ kind: 'createPrimaryKey', table, primaryKey: { ...named(constraint), columnNames: columns } }]
        : [];
    case 'notNull':
      return columns.flatMap((column): TableOperation[] => [
        { kind: 'alterColumn', table, column, to: { isNullable: false } },
      ]);
    default:
      return [];
  }
}
