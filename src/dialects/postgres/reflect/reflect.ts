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
  tablesQuery,
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
  TableRow,
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
  const parameters = [schemas, scope.tables?.map(identifier) ?? null];
  const read = async <Row>(sql: string, values: unknown[]): Promise<Row[]> =>
    (await runner.query(sql, values)) as Row[];

  const tables = await read<TableRow>(tablesQuery, parameters);
  const columns = byRelation(await read<ColumnRow>(columnsQuery, parameters));
  const constraints = byRelation(await read<ConstraintRow>(constraintsQuery, parameters));
  const indices = byRelation(await read<IndexRow>(indexesQuery, parameters));
  const views = await read<ViewRow>(viewsQuery, parameters);
  const sequences = await read<SequenceRow>(sequencesQuery, parameters);
  const enums = await read<EnumRow>(enumsQuery, [schemas]);
  const [surroundings] = await read<SurroundingsRow>(surroundingsQuery, [schemas]);

  const rowsOf = <Row>(rows: ReadonlyMap<number, readonly Row[]>, { oid }: { oid: number }) => rows.get(oid) ?? [];
  const excluded = new Set(scope.exclude.map((name) => qualifiedKey(ownName(name, own))));
  const inScope = (row: { schema: string; name: string }): boolean =>
    !excluded.has(qualifiedKey(naming(row.schema, row.name)));
  return {
    tables: tables
      .filter(inScope)
      .map((row) => tableModel(row, rowsOf(columns, row), rowsOf(constraints, row), rowsOf(indices, row), naming)),
    views: views.filter(inScope).map((row) => viewModel(row, rowsOf(indices, row), naming)),
    enums: enums.map(({ schema, name, values }) => ({ ...naming(schema, name), values })),
    sequences: sequences.map((row) => sequenceModel(row, naming)),
    extensions: surroundings?.extensions ?? [],
    schemas: (surroundings?.schemas ?? []).filter((schema) => schema !== own),
  };
}

function byRelation<Row extends { readonly relation: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.relation);
    if (group === undefined) groups.set(row.relation, [row]);
    else group.push(row);
  }
  return groups;
}

/** The name as the catalog has it; without a schema when that is the own one. */
function ownName({ schema, name }: QualifiedName, own: string): QualifiedName {
  const kept = identifier(name);
  return schema === undefined || schema === own ? { name: kept } : { schema: identifier(schema), name: kept };
}
