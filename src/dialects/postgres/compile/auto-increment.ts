import type { ColumnChange } from '../../../operations/operation.js';
import type { ColumnModel, QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { doBlock, stringLiteral } from '../literal.js';
import { identifier, quote, quoteQualified, sequenceName } from '../names.js';
import { typeName } from '../types.js';
import { identityClause } from './columns.js';
import { statements } from './compiler.js';
import { sequenceBelongings } from './sequence-belongings.js';

/**
 * The statements that remove the sequence, identity or default that generates a column's values, and those that add
 * another.
 */
export interface GenerationChange {
  readonly end: readonly Statement[];
  readonly begin: readonly Statement[];
}

const SEQUENCE_TYPES = new Set(['smallint', 'integer', 'bigint']);

/** Changes how the values of a column are generated: by a sequence (`increment`), as an identity, or not at all (null). */
export async function generationChange(
  table: QualifiedName,
  column: string,
  actual: ColumnModel | undefined,
  to: ColumnChange,
  context: CompileContext,
): Promise<GenerationChange> {
  const wanted = to.generationStrategy;
  if (wanted === undefined && to.generatedIdentity === undefined) return { end: [], begin: [] };
  const target = alterColumnPrefix(table, column);
  if (wanted !== 'increment' && wanted !== null && actual?.generationStrategy === 'identity') {
    return { end: [], begin: statements(`${target} SET GENERATED ${to.generatedIdentity ?? 'BY DEFAULT'}`) };
  }
  const end = endGeneration(table, column, actual);
  if (wanted === null) return { end, begin: [] };
  const begin =
    wanted === 'increment'
      ? beginSequence(table, column, to.type ?? actual?.type)
      : statements(`${target} ADD ${identityClause(to.generatedIdentity)}`);
  const { note, put } = await sequenceBelongings(table, column, context);
  return { end: [...note, ...end], begin: [...begin, ...put, continueNumbers(table, column)] };
}

/** Gives the sequence of a serial column the column's new type; PostgreSQL does so itself for an identity column. */
export function retypeSequence(table: QualifiedName, column: string, type: string): readonly Statement[] {
  const name = typeName(type);
  return SEQUENCE_TYPES.has(name) ? [onOwnedSequence(table, column, 'ALTER SEQUENCE ', ` AS ${name}`)] : [];
}

function endGeneration(table: QualifiedName, column: string, actual: ColumnModel | undefined): readonly Statement[] {
  const target = alterColumnPrefix(table, column);
  const dropSequence = onOwnedSequence(table, column, 'DROP SEQUENCE ', '');
  if (actual === undefined) {
    return [...statements(`${target} DROP IDENTITY IF EXISTS`, `${target} DROP DEFAULT`), dropSequence];
  }
  if (actual.generationStrategy === 'identity') return statements(`${target} DROP IDENTITY`);
  const dropDefault = statements(`${target} DROP DEFAULT`);
  return actual.generationStrategy === 'increment' ? [...dropDefault, dropSequence] : dropDefault;
}

function beginSequence(table: QualifiedName, column: string, type: string | undefined): readonly Statement[] {
  const sequence = quoteQualified({ schema: table.schema, name: sequenceName(table.name, column) });
  const name = typeName(type ?? 'bigint');
  return statements(
    `CREATE SEQUENCE ${sequence} AS ${SEQUENCE_TYPES.has(name) ? name : 'bigint'} ` +
      `OWNED BY ${quoteQualified(table)}.${quote(column)}`,
    `${alterColumnPrefix(table, column)} SET DEFAULT nextval(${stringLiteral(sequence)}::regclass)`,
  );
}

/** Sets the sequence behind the numbers that rows have already, and never back. */
function continueNumbers(table: QualifiedName, column: string): Statement {
  const next = 'nextval(s.seqrelid::regclass)';
  const [largest, smallest] = ['max', 'min'].map(
    (edge) => `(SELECT ${edge}(${quote(column)}) FROM ${quoteQualified(table)})`,
  );
  return {
    sql:
      'SELECT setval(s.seqrelid::regclass, ' +
      `CASE WHEN s.seqincrement > 0 THEN greatest(${largest} + 1, ${next}) ELSE least(${smallest} - 1, ${next}) END, false) ` +
      `FROM pg_catalog.pg_sequence s WHERE s.seqrelid = ${ownedSequence(table, column)}::regclass`,
  };
}

/**
 * A statement that runs a command on the sequence that the column owns, whatever its name is; it does nothing without one.
 */
function onOwnedSequence(table: QualifiedName, column: string, before: string, after: string): Statement {
  const command = `${stringLiteral(before)} || ${ownedSequence(table, column)} || ${stringLiteral(after)}`;
  return {
    sql: doBlock(`BEGIN IF ${ownedSequence(table, column)} IS NOT NULL THEN EXECUTE ${command}; END IF; END`),
  };
}

function ownedSequence(table: QualifiedName, column: string): string {
  return `pg_get_serial_sequence(${stringLiteral(quoteQualified(table))}, ${stringLiteral(identifier(column))})`;
}

export function alterColumnPrefix(table: QualifiedName, column: string): string {
  return `ALTER TABLE ${quoteQualified(table)} ALTER COLUMN ${quote(column)}`;
}
