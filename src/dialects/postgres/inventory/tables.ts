import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';
import { type DatabaseObject, type ObjectPlace, RANKS, type SqlObject, type TableMember } from '../../inventory.js';
import { quote } from '../names.js';
import { parseType } from '../types.js';
import { idOf, relationId } from './catalog.js';
import { isInModel, memberKind, type MemberRow } from './members.js';
import { memberObject, partOf, type TableRows } from './member-objects.js';
import { rawTable } from './raw-table.js';
import type { ColumnRow } from './relations.js';
import { identityText, isImplicit, type SequenceRow } from './sequences.js';

/** The objects of a table: the table itself, and what is written as separate SQL. */
export function tableObjects(rows: TableRows, model: TableModel | undefined): readonly DatabaseObject[] {
  if (model === undefined || !hasModel(rows)) {
    const owned = rows.sequences.filter(({ ownership }) => ownership === 'a');
    return [...rawTable(rows), ...settings(rows), ...owned.flatMap((sequence) => ownedSequence(rows, sequence))];
  }
  const explicit = rows.sequences.filter((sequence) => !isSerialOrIdentity(sequence, model));
  const [identities, owned] = ['i', 'a'].map((kind) => explicit.filter(({ ownership }) => ownership === kind));
  return [
    ...modelled(rows, withFarTypes(withoutGeneration(model, explicit, rows.columns), rows.columns)),
    ...(identities ?? []).map((row) => identity(rows, row)),
    ...settings(rows),
    ...(owned ?? []).flatMap((sequence) => ownedSequence(rows, sequence)),
  ];
}

function hasModel({ relation, columns }: TableRows): boolean {
  const { kind, bound, parents, ofType, method } = relation;
  const isPlain = kind === 'r' && bound === null && parents.length === 0 && ofType === null && method === null;
  return isPlain && !columns.some(({ hasFarCollation }) => hasFarCollation);
}

/** Whether the definition of the column creates the sequence; a SERIAL column cannot be nullable. */
function isSerialOrIdentity(sequence: SequenceRow, { columns }: TableModel): boolean {
  const column = columns.find(({ name }) => name === sequence.column);
  const isSerial = column?.generationStrategy === 'increment' && column.isNullable !== true;
  return isImplicit(sequence) && (isSerial || column?.generationStrategy === 'identity');
}

/** The model with the schemas in the types of extensions. */
function withFarTypes(model: TableModel, rows: readonly ColumnRow[]): TableModel {
  const columns = model.columns.map((column): ColumnModel => {
    const type = rows.find(({ name }) => name === column.name)?.farType ?? undefined;
    if (type === undefined) return column;
    const { spatialFeatureType: _feature, srid: _srid, precision: _precision, scale: _scale, ...rest } = column;
    const { isArray: _isArray, ...parsed } = parseType(type);
    return { ...rest, ...parsed };
  });
  return { ...model, columns };
}

function modelled(rows: TableRows, model: TableModel): readonly DatabaseObject[] {
  const { relation, members, columns } = rows;
  const inModel = members.filter((row) => isInModel(model, row, relation));
  const table = withOnly(model, inModel);
  const object: DatabaseObject = {
    kind: 'table',
    id: relationId(relation.oid),
    needs: [],
    description: relation.description,
    rank: RANKS.table,
    table,
    members: [...inModel.map(memberOf), ...defaults(table, columns)],
  };
  const others = members.filter((row) => !inModel.includes(row));
  return [object, ...others.map((row) => memberObject(rows, row))];
}

/** The model without generation strategies of columns whose sequences are separate objects. */
function withoutGeneration(
  model: TableModel,
  explicit: readonly SequenceRow[],
  rows: readonly ColumnRow[],
): TableModel {
  const columns = model.columns.map((column): ColumnModel => {
    if (column.generationStrategy === undefined || !explicit.some((sequence) => sequence.column === column.name)) {
      return column;
    }
    const { generationStrategy, generatedIdentity: _identity, ...plain } = column;
    const expression = rows.find(({ name }) => name === column.name)?.expression ?? undefined;
    return generationStrategy === 'increment' && expression !== undefined ? { ...plain, default: expression } : plain;
  });
  return { ...model, columns };
}

function withOnly(model: TableModel, inModel: readonly MemberRow[]): TableModel {
  const has =
    (kind: string) =>
    ({ name }: { readonly name?: string }): boolean =>
      inModel.some((row) => memberKind(row) === kind && row.name === name);
  const { primaryKey, ...table } = model;
  return {
    ...table,
    ...(primaryKey !== undefined && has('primaryKey')(primaryKey) && { primaryKey }),
    uniques: table.uniques.filter(has('unique')),
    checks: table.checks.filter(has('check')),
    exclusions: table.exclusions.filter(has('exclusion')),
    foreignKeys: table.foreignKeys.filter(has('foreignKey')),
    indices: table.indices.filter(has('index')),
  };
}

function memberOf(row: MemberRow): TableMember {
  return { id: idOf(row), kind: memberKind(row), name: row.name, needs: [] };
}

function defaults({ columns }: TableModel, rows: readonly ColumnRow[]): readonly TableMember[] {
  return columns.flatMap(({ name, default: value }) => {
    const attrdef = rows.find((row) => row.name === name)?.attrdef;
    if (value === undefined || attrdef === undefined || attrdef === null) return [];
    return [{ id: idOf({ class: 'pg_attrdef', oid: attrdef }), kind: 'default' as const, name, needs: [] }];
  });
}

function identity({ relation }: TableRows, row: SequenceRow): ObjectPlace & SqlObject {
  const column = quote(row.column ?? '');
  return {
    ...partOf(relation),
    id: relationId(row.oid),
    description: `identity of column ${row.column} of ${relation.description}`,
    rank: RANKS.tablePart,
    upgrade: [`ALTER TABLE ${relation.written} ALTER COLUMN ${column} ADD ${identityText(row)}`],
    downgrade: [],
  };
}

/** The settings of a table that are statements after CREATE TABLE. */
function settings({ relation, columns, members }: TableRows): readonly DatabaseObject[] {
  const ofColumns = columns.flatMap(({ name, settings: clauses }) =>
    clauses.map((clause) => `ALTER COLUMN ${quote(name)} ${clause}`),
  );
  const clauses = [
    ...(relation.isUnlogged ? ['SET UNLOGGED'] : []),
    ...(relation.options === null ? [] : [`SET (${relation.options.join(', ')})`]),
    ...relation.settings,
    ...ofColumns,
  ];
  if (clauses.length === 0) return [];
  const indices = members.filter(({ kind }) => kind === 'index' || kind === 'p' || kind === 'u').map(idOf);
  return [
    {
      ...partOf(relation),
      id: `settings:${relation.oid}`,
      needs: [relationId(relation.oid), ...indices],
      description: `settings of ${relation.description}`,
      rank: RANKS.tablePart + 0.25,
      upgrade: clauses.map((clause) => `ALTER TABLE ${relation.written} ${clause}`),
      downgrade: [],
    },
  ];
}

/** A sequence with its own name or options that a column owns, so that it is dropped with the table. */
function ownedSequence({ relation, catalog }: TableRows, sequence: SequenceRow): readonly DatabaseObject[] {
  const { written, oid, schema, description } = sequence;
  return [
    {
      kind: 'sql',
      id: relationId(oid),
      needs: [],
      partOf: relationId(relation.oid),
      ...(schema !== catalog.own && { schema }),
      description,
      rank: RANKS.sequence,
      upgrade: [`CREATE SEQUENCE ${written} ${sequence.options}`],
      downgrade: [],
    },
    {
      ...partOf(relation),
      id: `owner:${oid}`,
      needs: [relationId(relation.oid), relationId(oid)],
      description: `owner of ${description}`,
      rank: RANKS.tablePart,
      upgrade: [`ALTER SEQUENCE ${written} OWNED BY ${relation.written}.${quote(sequence.column ?? '')}`],
      downgrade: [],
    },
  ];
}
