import type { Operation, OperationOf } from '../../../operations/operation.js';
import { type ColumnModel, displayName, type TableModel } from '../../../schema/schema.model.js';
import { stringLiteral } from '../literal.js';
import { quote, quoteQualified } from '../names.js';
import { typeText } from '../types.js';

/** What to do by hand about a change that has no online form, and why PostgreSQL has none; empty where there is nothing to add. */
export function adviceOn(operation: Operation, table: TableModel | undefined): string {
  switch (operation.kind) {
    case 'alterColumn':
      return operation.to.type === undefined ? '' : typeAdvice(operation, operation.to.type);
    case 'addColumn':
      return columnAdvice(operation, table);
    case 'alterEnum':
      return enumAdvice(operation);
    case 'createExclusion':
      return (
        'PostgreSQL has no NOT VALID for an exclusion constraint, and makes none from an index. Add it at a quiet hour, or to a new table ' +
        'that gets the rows in batches while a trigger keeps it equal, and then the name.'
      );
    case 'createIndex':
      return partitionAdvice(operation.table, operation.index.name);
    case 'createUnique':
      return partitionAdvice(operation.table, operation.unique.name ?? '');
    case 'createPrimaryKey':
      return table?.postgres?.partitionedBy === undefined
        ? 'The old key is dropped long before it, since what comes between the two depends on that. Build its index with isConcurrent in a revision before, and make the key from it: fromIndex.'
        : partitionAdvice(operation.table, operation.primaryKey.name ?? '');
    case 'createForeignKey':
      return (
        'Before version 18 a key of a partitioned table cannot be NOT VALID. Add it to each partition first, with isValidated: false and ' +
        'op.validateConstraint(…, { isConcurrent: true }): the table takes those over.'
      );
    default:
      return '';
  }
}

function typeAdvice({ table, column, to }: OperationOf<'alterColumn'>, type: string): string {
  const change = `${displayName(table)}.${column}:${typeText({ ...to, type } as ColumnModel)}`;
  return `In three revisions it keeps nobody waiting: npx nest-cmd db migrate --expand '${change}'`;
}

function columnAdvice({ column }: OperationOf<'addColumn'>, table: TableModel | undefined): string {
  if (column.asExpression !== undefined) {
    return (
      'PostgreSQL stores a generated column only as it writes the table again. A VIRTUAL one (since version 18) or an index on the ' +
      'expression needs no such thing; else add a plain column, fill it by a trigger for new rows and with op.inBatches(…) for the others.'
    );
  }
  if (table !== undefined && table.primaryKey === undefined) {
    return 'The table has no primary key to go through its rows by: with one, they would be filled in batches.';
  }
  return 'To avoid that, add a plain column that is nullable, fill it with op.inBatches(…), and give it the rest then.';
}

function enumAdvice({ enum: type, values, existing = [] }: OperationOf<'alterEnum'>): string {
  const removed = existing.filter((label) => !values.includes(label));
  const isInOrder = existing.every(
    (label, at) => at === 0 || values.indexOf(label) > values.indexOf(existing[at - 1] ?? ''),
  );
  if (removed.length === 0 && existing.length > 0 && isInOrder) {
    return `It only gains labels: op.addEnumValue('${displayName(type)}', …) in a revision of its own, which is committed before one of them is used, writes nothing again.`;
  }
  const labels = removed.map(stringLiteral).join(', ');
  const kept =
    removed.length === 0
      ? ''
      : ` Or keep ${labels} in the type, and forbid it by a check: "COLUMN" NOT IN (${labels}).`;
  return `PostgreSQL takes no label away, and moves none. Make an enum of another name, add a column of that type, fill it by a trigger and with op.inBatches(…), and exchange the two.${kept}`;
}

function partitionAdvice(table: Parameters<typeof displayName>[0], name: string): string {
  return (
    `An index of all partitions is not built concurrently. By hand: CREATE INDEX ${quote(name)} ON ONLY ${quoteQualified(table)} (…), then for each ` +
    `partition CREATE INDEX CONCURRENTLY and ALTER INDEX ${quote(name)} ATTACH PARTITION ….`
  );
}
