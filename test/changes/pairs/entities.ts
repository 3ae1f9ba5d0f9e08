import {
  Check,
  ChildEntity,
  Column,
  type ColumnOptions,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  Exclusion,
  Generated,
  Index,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  TableInheritance,
  Tree,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { DialectName } from '../change.js';
import { condition } from './conditions.js';
import { type Declared, decorate, namedClass } from './declare.js';
import { type DrawnColumn, type DrawnSchema, type DrawnTable, hasWideKey } from './drawn-schema.js';
import type { Names } from './names.js';
import { declareRelations } from './relations.js';
import { familyOf } from './families.js';
import { viewsOf } from './views.js';

/** The column that tells child entities apart. */
export const KIND = 'kind of row';
/** The second column of a wide key. */
export const PART = 'part';

/** The entities of a drawn schema: classes, since decorators have words that an EntitySchema lacks. */
export function entitiesOf(schema: DrawnSchema, names: Names, dialect: DialectName): Declared[] {
  const classes = new Map(Object.keys(schema).map((name) => [name, namedClass(name)]));
  return Object.entries(schema).flatMap(([name, drawn]) => {
    const target = classes.get(name)!;
    declareTable(target, name, drawn, names);
    declareKey(target, name, drawn, hasWideKey(name, schema), dialect);
    declareColumns(target, drawn, names, dialect);
    declareConstraints(target, name, drawn, names, dialect);
    declareRelations(target, drawn, classes);
    return [target, ...childrenOf(target, drawn), ...viewsOf(name, drawn, names, dialect)];
  });
}

function declareTable(target: Declared, name: string, drawn: DrawnTable, names: Names): void {
  const schema = names.schemaOf(name);
  Entity({
    name: names.table(name),
    ...(schema !== undefined && { schema }),
    ...(drawn.comment !== '' && { comment: drawn.comment }),
    withoutRowid: drawn.withoutRowid && drawn.key === 'plain',
  })(target);
  if (drawn.tree !== '') Tree(drawn.tree)(target);
  if (Object.keys(drawn.children).length > 0) {
    TableInheritance({ column: { type: 'varchar', name: KIND, default: name } })(target);
  }
}

function declareKey(target: Declared, table: string, drawn: DrawnTable, isWide: boolean, dialect: DialectName): void {
  const name = drawn.hasNamedKey ? { primaryKeyConstraintName: `pk ${table}` } : {};
  decorate(target, 'id', keyColumn(drawn.key, name, dialect));
  if (isWide) decorate(target, PART, PrimaryColumn({ type: 'int', default: 0, ...name }));
}

function keyColumn(key: DrawnTable['key'], name: object, dialect: DialectName): PropertyDecorator {
  if (key === 'plain') return PrimaryColumn({ type: 'int', ...name });
  if (key === 'big increment') return PrimaryGeneratedColumn('increment', { type: 'bigint', ...name });
  if (key === 'increment' || dialect !== 'postgres')
    return PrimaryGeneratedColumn('increment', { type: 'int', ...name });
  const generatedIdentity = key === 'identity' ? 'BY DEFAULT' : 'ALWAYS';
  return PrimaryGeneratedColumn('identity', { type: 'int', generatedIdentity, ...name });
}

function declareColumns(target: Declared, drawn: DrawnTable, names: Names, dialect: DialectName): void {
  for (const [name, column] of Object.entries(drawn.columns)) declareColumn(target, name, column, names.column(name));
  const plain: ColumnOptions = { type: 'int', nullable: true };
  if (drawn.generated === 'plain') decorate(target, 'derived', Column(plain));
  else if (drawn.generated !== '') {
    const asExpression = expressionOf(drawn, names, dialect);
    // PostgreSQL knows the other kind since 18.
    const generatedType =
      dialect === 'postgres' ? 'STORED' : isUnstored(drawn, dialect) ? 'VIRTUAL' : drawn.generatedType;
    decorate(target, 'derived', Column({ ...plain, asExpression, generatedType }));
  }
  if (drawn.isDated) {
    decorate(target, 'made', CreateDateColumn());
    decorate(target, 'changed', UpdateDateColumn());
    decorate(target, 'deleted', DeleteDateColumn());
  }
}

/** Whether the expression depends on settings of the session, for which MariaDB stores no value. */
function isUnstored({ generated, columns }: DrawnTable, dialect: DialectName): boolean {
  const [first] = Object.keys(columns);
  if (dialect !== 'mysql' || generated !== 'of a column' || first === undefined) return false;
  return familyOf(first).shapes.mysql.some(({ type }) => /^(char|timestamp)/.test(String(type)));
}

function expressionOf(drawn: DrawnTable, names: Names, dialect: DialectName): string {
  // A column that counts may be in no expression on MySQL.
  const id = dialect === 'mysql' ? '1' : 'id';
  if (drawn.generated !== 'of a column') return drawn.generated.replace('id', id);
  const [name] = Object.keys(drawn.columns);
  return `CASE WHEN ${name === undefined ? `${id} > 1` : condition(name, drawn, names, dialect)} THEN 1 ELSE 2 END`;
}

function declareColumn(target: Declared, name: string, column: DrawnColumn, databaseName: string): void {
  const { generated, ...options } = column;
  decorate(target, name, Column({ ...options, name: databaseName } as ColumnOptions));
  if (generated) decorate(target, name, Generated('uuid'));
}

function declareConstraints(
  target: Declared,
  table: string,
  drawn: DrawnTable,
  names: Names,
  dialect: DialectName,
): void {
  const isThere = ({ column }: { readonly column: string }): boolean => column in drawn.columns;
  const id = dialect === 'mysql' ? '1' : '"id"';
  const holds = (column: string): string => `${condition(column, drawn, names, dialect)} OR ${id} > 0`;
  for (const { column, isDeferred } of drawn.uniques.filter(isThere)) {
    if (dialect === 'mysql' && isUnlimited(drawn.columns[column]!)) continue;
    Unique(['id', column], isDeferred ? { deferrable: 'INITIALLY DEFERRED' } : {})(target);
  }
  for (const { name, column, where, unique, type } of drawn.indexes.filter(isThere)) {
    if (dialect === 'mysql' && isUnlimited(drawn.columns[column]!)) continue;
    Index(`${name} ${table}`, unique ? [column, 'id'] : [column], {
      unique,
      ...(where && { where: holds(column) }),
      // TypeORM refuses it where there is no choice, and PostgreSQL for some types.
      ...(type && !unique && dialect === 'postgres' && !isUnhashed(drawn.columns[column]!) && { type }),
    })(target);
  }
  for (const { name, column } of drawn.checks.filter(isThere)) Check(`${name} ${table}`, holds(column))(target);
  if (drawn.exclusion !== '') {
    const options = drawn.exclusion === 'deferred' ? ({ deferrable: 'INITIALLY DEFERRED' } as const) : {};
    Exclusion(`ex ${table}`, 'USING gist ("id" WITH =)', options)(target);
  }
}

/** A text without a length, which an index has only a part of on MySQL. */
function isUnlimited({ type }: DrawnColumn): boolean {
  return /text|blob|json|simple-array/.test(String(type));
}

function isUnhashed({ type }: DrawnColumn): boolean {
  return /^(bit|money)/.test(String(type));
}

function childrenOf(parent: Declared, { children }: DrawnTable): Declared[] {
  return Object.entries(children).map(([kind, columns]) => {
    const target = namedClass(kind, parent);
    ChildEntity(kind)(target);
    for (const [name, column] of Object.entries(columns)) declareColumn(target, name, column, name);
    return target;
  });
}
