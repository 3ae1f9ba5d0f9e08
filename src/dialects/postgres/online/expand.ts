import type { Operation } from '../../../operations/operation.js';
import { changeColumn } from '../../../operations/apply/apply-column.js';
import { type ColumnModel, qualifiedNameOf, type TableModel } from '../../../schema/schema.model.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { Expansion, ExpandRequest } from '../../online.js';
import { identifier, quote, quoteQualified } from '../names.js';
import { mentionsColumn } from '../../../sql/columns.js';
import { switched } from './expand-switch.js';
import { converted, keptEqual, noLongerEqual, type Twins } from './twins.js';

/** Rows of a batch. */
const SIZE = 1000;

/**
 * The revisions that change the type of a column without writing the table again under a lock.
 *
 * 1. A second column of the new type is added, a trigger keeps it equal for rows that change, and batches fill the others.
 * 2. Indexes and constraints are built for it while the table is used; then, in one short transaction, the two exchange their names.
 *    From now on the trigger fills the old one.
 * 3. The old one is dropped.
 *
 * Each is undone by the same with the types exchanged, so that the way back loses nothing and locks nothing for long either.
 */
export function expand({ schema, table, column: name, to }: ExpandRequest): Expansion {
  const column = table.columns.find((one) => one.name === name) as ColumnModel;
  const refused = refusalOf(table, column);
  if (refused !== undefined) return { refused };
  const changed = changeColumn(column, to);
  const there = asTwin(column, freeName(table, `${name}_old`));
  const back = asTwin(changed, freeName(table, `${name}_new`));
  const before: Twins = { table, column, twin: back };
  const after: Twins = {
    table: { ...table, columns: table.columns.map((one) => (one === column ? changed : one)) },
    column: changed,
    twin: there,
  };
  return {
    steps: [
      { what: 'expand', upgrade: added(before), downgrade: dropped(before) },
      { what: 'switch', upgrade: switched(before, after, schema), downgrade: switched(after, before, schema) },
      { what: 'contract', upgrade: dropped(after), downgrade: added(after) },
    ],
  };
}

/** Why the type of a column cannot be changed so. */
function refusalOf(table: TableModel, column: ColumnModel): string | undefined {
  const { name } = column;
  if (table.primaryKey === undefined) return 'the table has no primary key to go through its rows by';
  if (table.postgres?.partitionedBy !== undefined || table.postgres?.inherits !== undefined) {
    return 'the table is partitioned, or inherits from another one';
  }
  if (column.generationStrategy === 'identity') return 'it is an identity column';
  if (column.asExpression !== undefined) return 'it is a generated column';
  const computed = table.columns.find(({ asExpression }) => mentions(asExpression, name));
  if (computed !== undefined) return `the column '${computed.name}' is computed from it`;
  const exclusion = table.exclusions.find(({ expression }) => mentions(expression, name));
  return exclusion && `the exclusion constraint '${exclusion.name}' is on it, which no index can be made into`;
}

function mentions(sql: string | undefined, column: string): boolean {
  return sql !== undefined && mentionsColumn(sql, column, POSTGRES_SQL);
}

/** A column of this type that takes any row. */
function asTwin(column: ColumnModel, name: string): ColumnModel {
  const {
    default: _default,
    generationStrategy: _generation,
    comment: _comment,
    primaryKeyConstraintName: _key,
    ...rest
  } = column as ColumnModel & { readonly primaryKeyConstraintName?: string };
  return { ...rest, name, isNullable: true };
}

/** A name that no column of the table has. */
function freeName({ columns }: TableModel, wanted: string): string {
  let name = identifier(wanted);
  for (let number = 2; columns.some((one) => one.name === name); number += 1) name = `${wanted}${number}`;
  return name;
}

/** Adds the twin, and gives it the values of the column. */
export function added(twins: Twins): readonly Operation[] {
  const { column, twin } = twins;
  const table = qualifiedNameOf(twins.table);
  const [own, other] = [quote(column.name), quote(twin.name)];
  const fill = `UPDATE ${quoteQualified(table)} SET ${other} = ${converted(own, twin)} WHERE ${other} IS NULL AND ${own} IS NOT NULL`;
  return [
    { kind: 'addColumn', table, column: twin },
    ...keptEqual(twins),
    { kind: 'inBatches', table, sql: fill, size: SIZE },
  ];
}

/** Drops the twin, and what fills it. */
function dropped({ table: model, column, twin }: Twins): readonly Operation[] {
  const table = qualifiedNameOf(model);
  return [...noLongerEqual(table, column.name), { kind: 'dropColumn', table, column: twin.name, was: twin }];
}
