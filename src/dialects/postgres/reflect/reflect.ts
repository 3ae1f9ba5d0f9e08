import type { QueryRunner } from 'typeorm';
import { emptySchema, qualifiedKey, type QualifiedName, type SchemaModel } from '../../../schema/schema.model.js';
import type { ReflectScope } from '../../dialect.js';
import { identifier } from '../names.js';
import {
  columnsQuery,
  constraintsQuery,
  enumsQuery,
  indexesQuery,
  sequencesQuery,
  surroundingsQuery,
  relationsQuery,
  viewsQuery,
} from './catalog.queries.js';
import { type Naming, sequenceModel, tableModel, viewModel } from './models.js';
import { omitOwnSchema } from './search-path.js';
import type {
  ColumnRow,
  ConstraintRow,
  EnumRow,
  IndexRow,
  SequenceRow,
  SurroundingsRow,
  RelationRow,
  ViewRow,
} from './rows.js';
import { inScratch } from './scratch.js';

type Relations = Pick<SchemaModel, 'tables' | 'views' | 'sequences'>;

/** Reads the catalog: the data source's own schema and those of the scope, in a constant number of queries. */
export async function reflect(runner: QueryRunner, scope: ReflectScope): Promise<SchemaModel> {
  return inScratch(runner, async () => {
    const own = await omitOwnSchema(runner);
    const relations = await readRelations(runner, own, scope);
    if (scope.tables !== undefined) return { ...emptySchema, ...relations };
    const schemas = schemasOf(own, scope);
    const enums = (await runner.query(enumsQuery, [schemas])) as EnumRow[];
    const [surroundings] = (await runner.query(surroundingsQuery, [schemas])) as SurroundingsRow[];
    return {
      ...relations,
      enums: enums.map(({ schema, name, values }) => ({ ...namingIn(own)(schema, name), values })),
      extensions: surroundings?.extensions ?? [],
      schemas: (surroundings?.schemas ?? []).filter((schema) => schema !== own),
    };
  });
}

/** Reads the tables, views and sequences of schemas; names are printed by the current search path. */
export async function readRelations(runner: QueryRunner, own: string, scope: ReflectScope): Promise<Relations> {
  const naming = namingIn(own);
  const excluded = new Set(scope.exclude.map((name) => qualifiedKey(ownName(name, own))));
  const all = (await runner.query(relationsQuery, [
    schemasOf(own, scope),
    scope.tables?.map(identifier) ?? null,
  ])) as RelationRow[];
  const relations = all.filter((row) => !excluded.has(qualifiedKey(naming(row.schema, row.name))));
  const ofKinds = (kinds: string): RelationRow[] => relations.filter(({ kind }) => kinds.includes(kind));
  const read = async <Row extends { readonly relation: number }>(sql: string, kinds: string) => {
    const ids = ofKinds(kinds).map(({ oid }) => oid);
    return byRelation(ids.length === 0 ? [] : ((await runner.query(sql, [ids])) as Row[]));
  };
  const columns = await read<ColumnRow>(columnsQuery, 'rp');
  const constraints = await read<ConstraintRow>(constraintsQuery, 'rp');
  const indices = await read<IndexRow>(indexesQuery, 'rpm');
  const views = await read<ViewRow>(viewsQuery, 'vm');
  const sequences = await read<SequenceRow>(sequencesQuery, 'S');
  return {
    tables: ofKinds('rp').map((row) => tableModel(row, columns(row), constraints(row), indices(row), naming)),
    views: ofKinds('vm').map((row) => viewModel(row, views(row)[0], indices(row), naming)),
    sequences: ofKinds('S').flatMap((row) => sequences(row).map((sequence) => sequenceModel(row, sequence, naming))),
  };
}

function schemasOf(own: string, { schemas }: ReflectScope): readonly string[] {
  return [...new Set([own, ...schemas.map(identifier)])];
}

function namingIn(own: string): Naming {
  return (schema, name) => (schema === own ? { name } : { schema, name });
}

/** A function that returns the rows of a relation, from an index of all rows. */
function byRelation<Row extends { readonly relation: number }>(
  rows: readonly Row[],
): (relation: RelationRow) => readonly Row[] {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.relation);
    if (group === undefined) groups.set(row.relation, [row]);
    else group.push(row);
  }
  return ({ oid }) => groups.get(oid) ?? [];
}

/** A name as the catalog has it, without a schema when that is the own one. */
function ownName({ schema, name }: QualifiedName, own: string): QualifiedName {
  const kept = identifier(name);
  return schema === undefined || schema === own ? { name: kept } : { schema: identifier(schema), name: kept };
}
