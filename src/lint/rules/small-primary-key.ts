import type { QualifiedName } from '../../schema/schema.model.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedCall, type LintRun } from '../subject.js';

const SMALL = /^(?:smallint|integer|int|int2|int4|mediumint|tinyint|serial|smallserial|serial2|serial4)$/i;
const COUNTING = /^(?:small)?serial[24]?$/i;

/** A counting primary key that is no bigint. */
export const rule: LintRule = {
  code: 'small-primary-key',
  class: 'style',
  level: 'note',
  summary: 'A new table counts its rows in a type that ends at 2,147,483,647 or before.',
  explanation: `Deleted rows and INSERTs that are rolled back use up numbers, too. To change the type of a key later writes the table again, and all tables that refer to it.
A \`bigint\` takes four bytes more a row. A table that cannot grow so far may stay as it is: allow it.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.createTable({ name: 'event', columns: [
  { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
] });`,
    target: 'event.id',
    safe: [
      `await op.createTable({ name: 'event', columns: [
  { name: 'id', type: 'bigint', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
] });`,
    ],
  },
  call: (call, run) =>
    smallKeys(call, run).map(({ table, column, type }) => ({
      target: targetOf(table, column),
      message: `${targetOf(table, column)} is ${type}, which ends at ${lastOf(type)}.`,
    })),
};

function smallKeys(
  { operation, statements, byHand }: LintedCall,
  run: LintRun,
): readonly { readonly table: QualifiedName; readonly column: string; readonly type: string }[] {
  if (!byHand) {
    if (operation.kind !== 'createTable') return [];
    const { table } = operation;
    return table.columns
      .filter(({ name }) => table.primaryKey?.columnNames.includes(name))
      .filter(({ type, generationStrategy }) => isSmall(type) && isCounting(type, generationStrategy))
      .map(({ name, type }) => ({ table, column: name, type }));
  }
  return statements
    .flatMap(({ parsed }) => statementsIn(parsed))
    .flatMap((one) => {
      if (one.kind !== 'createTable' || one.isTemporary) return [];
      const key = [...one.constraints, ...one.columns.flatMap(({ constraints }) => constraints)].find(
        ({ type }) => type === 'primaryKey',
      );
      return one.columns
        .filter(({ name }) => key?.columns.includes(name))
        .filter(({ type, isIdentity }) => isSmall(type) && (isIdentity === true || COUNTING.test(type)))
        .map(({ name, type }) => ({ table: run.nameOf(one.table), column: name, type }));
    });
}

function isSmall(type: string): boolean {
  return SMALL.test(type.replace(/\(.*$| unsigned$/i, '').trim());
}

function isCounting(type: string, strategy: string | undefined): boolean {
  return strategy === 'increment' || strategy === 'identity' || COUNTING.test(type);
}

function lastOf(type: string): string {
  if (/^tiny/i.test(type)) return '127';
  if (/^medium/i.test(type)) return '8,388,607';
  return /^(?:small|int2|serial2)/i.test(type) ? '32,767' : '2,147,483,647';
}
