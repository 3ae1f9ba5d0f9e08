import type {
  ColumnModel,
  Deferrable,
  DomainModel,
  ForeignKeyModel,
  IndexModel,
  QualifiedName,
  ReferentialAction,
  SequenceModel,
  TableModel,
  Validation,
  ViewModel,
} from '../../../schema/schema.model.js';
import { partOf } from '../../../schema/parts.js';
import { unquotedName } from '../../../sql/identifiers.js';
import { pathAt } from '../../../sql/paths.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { type ColumnType, parseType } from '../types.js';
import type { ColumnRow, ConstraintRow, IndexRow, RelationRow, SequenceRow, ViewRow } from './rows.js';

/** Makes a qualified name of a schema and a name in the catalog; without the schema when it is the data source's own. */
export type Naming = (schema: string, name: string) => QualifiedName;

export function columnModel(row: ColumnRow, naming: Naming, notValidNotNull?: string): ColumnModel {
  return {
    name: row.name,
    ...columnType(row, naming),
    ...(row.isArray ? { isArray: true } : {}),
    ...(row.nullable ? { isNullable: true } : {}),
    ...generation(row),
    ...(row.collation === null ? {} : { collation: row.collation }),
    ...(row.comment === null ? {} : { comment: row.comment }),
    ...partOf('postgres', { domain: row.domain === null ? undefined : domainModel(row.domain), notValidNotNull }),
  };
}

function columnType(row: ColumnRow, naming: Naming): Omit<ColumnType, 'isArray'> {
  if (row.isEnum) {
    const { schema, name } = naming(row.typeSchema, row.typeName);
    return { type: 'enum', enumName: name, ...(schema === undefined ? {} : { enumSchema: schema }) };
  }
  // A type of an extension is named without its schema: entities specify `citext`, not `public.citext`.
  return parseType(row.isExtension ? withoutSchema(row.type) : row.type);
}

function withoutSchema(type: string): string {
  const [, name] = pathAt(codeTokens(type, POSTGRES_SQL), 0)?.names ?? [];
  return type.slice(name?.start);
}

function domainModel({ base, rules }: NonNullable<ColumnRow['domain']>): DomainModel {
  const { isArray: _isArray, ...type } = parseType(base.replace(/\[\]$/, ''));
  return { base: base.endsWith('[]') ? { ...type, isArray: true } : type, rules };
}

function generation(row: ColumnRow): Partial<ColumnModel> {
  if (row.generated !== '' && row.expression !== null) {
    return { asExpression: row.expression, generatedType: row.generated === 's' ? 'STORED' : 'VIRTUAL' };
  }
  if (row.identity !== '') {
    return { generationStrategy: 'identity', generatedIdentity: row.identity === 'a' ? 'ALWAYS' : 'BY DEFAULT' };
  }
  if (row.serial) return { generationStrategy: 'increment' };
  return row.expression === null ? {} : { default: row.expression };
}

/** The model of a table, from the rows about it. */
export function tableModel(
  row: RelationRow,
  columns: readonly ColumnRow[],
  constraints: readonly ConstraintRow[],
  indices: readonly IndexRow[],
  naming: Naming,
): TableModel {
  const ofKind = (kind: ConstraintRow['kind']) => constraints.filter((constraint) => constraint.kind === kind);
  const primary = ofKind('p')[0];
  return {
    ...naming(row.schema, row.name),
    columns: columns.map((column) => columnModel(column, naming, notValidNotNull(column, ofKind('n')))),
    ...(primary === undefined ? {} : { primaryKey: { name: primary.name, columnNames: primary.columns } }),
    uniques: ofKind('u').map((unique) => ({ name: unique.name, columnNames: unique.columns, ...deferrable(unique) })),
    checks: ofKind('c').map((check) => ({
      name: check.name,
      expression: check.definition ?? '',
      ...validation(check),
    })),
    exclusions: ofKind('x').map((exclusion) => ({
      name: exclusion.name,
      expression: exclusionExpression(exclusion.definition ?? ''),
      ...deferrable(exclusion),
    })),
    foreignKeys: ofKind('f').map((key) => foreignKeyModel(key, naming)),
    indices: indices.map(indexModel),
    ...(row.comment === null ? {} : { comment: row.comment }),
    ...partOf('postgres', {
      inherits: row.inherits?.map(([schema, name]) => naming(schema, name)),
      partitionedBy: row.partitionedBy ?? undefined,
    }),
  };
}

function deferrable(row: ConstraintRow): { deferrable?: Deferrable } {
  if (!row.deferrable) return {};
  return { deferrable: row.deferred ? 'INITIALLY DEFERRED' : 'INITIALLY IMMEDIATE' };
}

function validation({ notValid }: ConstraintRow): Validation {
  return notValid ? { isNotValid: true } : {};
}

/** The name of a column's NOT NULL constraint that is NOT VALID; valid ones are not read. */
function notValidNotNull({ name }: ColumnRow, constraints: readonly ConstraintRow[]): string | undefined {
  return constraints.find(({ columns }) => columns[0] === name)?.name;
}

/** `USING gist (…)` out of `EXCLUDE USING gist (…) DEFERRABLE`. */
function exclusionExpression(definition: string): string {
  return definition.replace(/^EXCLUDE /, '').replace(/( DEFERRABLE)?( INITIALLY (DEFERRED|IMMEDIATE))?$/, '');
}

const ACTIONS: Readonly<Record<string, ReferentialAction | undefined>> = {
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
  r: 'RESTRICT',
};

function foreignKeyModel(row: ConstraintRow, naming: Naming): ForeignKeyModel {
  const target = naming(row.targetSchema ?? '', row.targetName ?? '');
  const onDelete = ACTIONS[row.onDelete];
  const onUpdate = ACTIONS[row.onUpdate];
  return {
    name: row.name,
    columnNames: row.columns,
    ...(target.schema === undefined ? {} : { referencedSchema: target.schema }),
    referencedTableName: target.name,
    referencedColumnNames: row.targetColumns ?? [],
    ...(onDelete === undefined ? {} : { onDelete }),
    ...(onUpdate === undefined ? {} : { onUpdate }),
    ...deferrable(row),
    ...validation(row),
  };
}

export function indexModel(row: IndexRow): IndexModel {
  return {
    name: row.name,
    ...(row.hasExpressions ? { columnNames: [], expression: expressionKeys(row) } : columnKeys(row)),
    ...(row.unique ? { isUnique: true } : {}),
    ...(row.method === 'btree' ? {} : { type: row.method }),
    ...(row.predicate === null ? {} : { where: row.predicate }),
    ...(row.include === null ? {} : { include: row.include.map(unquotedName) }),
    ...(row.nullsNotDistinct ? { nullsNotDistinct: true } : {}),
  };
}

function columnKeys({ names, options }: IndexRow): Pick<IndexModel, 'columnNames' | 'columnOptions'> {
  const written = names.flatMap((name, index) => (options[index] ? [[name, options[index]] as const] : []));
  return { columnNames: names, ...(written.length === 0 ? {} : { columnOptions: Object.fromEntries(written) }) };
}

/** The keys of an index as in the parentheses of CREATE INDEX: `lower(name), "createdAt" DESC`. */
function expressionKeys({ names, options }: IndexRow): string {
  return names.map((name, index) => (options[index] ? `${name} ${options[index]}` : name)).join(', ');
}

export function viewModel(
  row: RelationRow,
  view: ViewRow | undefined,
  indices: readonly IndexRow[],
  naming: Naming,
): ViewModel {
  return {
    ...naming(row.schema, row.name),
    expression: (view?.definition ?? '').trim().replace(/;$/, ''),
    ...(row.kind === 'm' ? { materialized: true } : {}),
    indices: indices.map(indexModel),
    dependsOn: (view?.uses ?? []).map(([schema, name]) => naming(schema, name)),
  };
}

export function sequenceModel(row: RelationRow, sequence: SequenceRow, naming: Naming): SequenceModel {
  return {
    ...naming(row.schema, row.name),
    ...(sequence.start === null ? {} : { start: sequence.start }),
    ...(sequence.increment === '1' ? {} : { increment: sequence.increment }),
    ...(sequence.min === null ? {} : { minValue: sequence.min }),
    ...(sequence.max === null ? {} : { maxValue: sequence.max }),
    ...(sequence.cycle ? { cycle: true } : {}),
  };
}
