import type { QueryRunner } from 'typeorm';
import { qualifiedKey, type QualifiedName, type SchemaModel } from '../../../schema/schema.model.js';
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
import { ownSchema, printBare } from './own-schema.js';
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

/** Reads the catalog: the data source's own schema and those of the scope, in a constant number of queries. */
export async function reflect(runner: QueryRunner, scope: ReflectScope): Promise<SchemaModel> {
  const own = await ownSchema(runner);
  return inScratch(runner, async () => {
    await printBare(runner, own);
    return readSchema(runner, own, scope);
  });
}

/** Reads schemas under the search path that is set. */
export async function readSchema(runner: QueryRunner, own: string, scope: ReflectScope): Promise<SchemaModel> {
  const naming: Naming = (schema, name) => (schema === own ? { name } : { schema, name });
  const schemas = [...new Set([own, ...scope.schemas.map(identifier)])];
  const excluded = new Set(scope.exclude.map((name) => qualifiedKey(ownName(name, own))));
  const read = async <Row>(sql: string, ...values: unknown[]): Promise<Row[]> =>
    (await runner.query(sql, values)) as Row[];

  const relations = (await read<RelationRow>(relationsQuery, schemas, scope.tables?.map(identifier) ?? null)).filter(
    (row) => !excluded.has(qualifiedKey(naming(row.schema, row.name))),
  );
  const ofKinds = (kinds: string) => relations.filter(({ kind }) => kinds.includes(kind));
  const ids = (kinds: string) => ofKinds(kinds).map(({ oid }) => oid);
  const columns = byRelation(await read<ColumnRow>(columnsQuery, ids('rp')));
  const constraints = byRelation(await read<ConstraintRow>(constraintsQuery, ids('rp')));
  const indices = byRelation(await read<IndexRow>(indexesQuery, ids('rpm')));
  const views = byRelation(await read<ViewRow>(viewsQuery, ids('vm')));
  const sequences = byRelation(await read<SequenceRow>(sequencesQuery, ids('S')));
  const enums = await read<EnumRow>(enumsQuery, schemas);
  const [surroundings] = await read<SurroundingsRow>(surroundingsQuery, schemas);

  return {
    tables: ofKinds('rp').map((row) => tableModel(row, columns(row), constraints(row), indices(row), naming)),
    views: ofKinds('vm').map((row) => viewModel(row, views(row)[0], indices(row), naming)),
    enums: enums.map(({ schema, name, values }) => ({ ...naming(schema, name), values })),
    sequences: ofKinds('S').flatMap((row) => sequences(row).map((sequence) => sequenceModel(row, sequence, naming))),
    extensions: surroundings?.extensions ?? [],
    schemas: (surroundings?.schemas ?? []).filter((schema) => schema !== own),
  };
}

/** The rows of a relation, without looking through those of the others. */
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

/** The name as the catalog has it; without a schema when that is the own one. */
function ownName({ schema, name }: QualifiedName, own: string): QualifiedName {
  const kept = identifier(name);
  return schema === undefined || schema === own ? { name: kept } : { schema: identifier(schema), name: kept };
}
