import { flatOperations } from '../../../operations/flat-operations.js';
import type { AlterColumn, Operation } from '../../../operations/operation.js';
import {
  type ColumnModel,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../../../schema/schema.model.js';
import type { ColumnClause, CreateIndex, SqlStatement, TableAction } from '../../../sql/ddl/statement.js';
import { isConstant, isNull } from '../expression.js';
import { refusalsOf } from './refused.js';
import { riskKinds } from '../conversion-risk.js';
import { joined, type PartialEffects } from '../../common/effects/joined.js';
import { plainEffects } from '../../common/effects/rows.js';
import type { EffectFacts, Effects, LockTaken } from '../../effects.js';

/**
 * What a statement does to a SQLite database that serves.
 *
 * There is one lock, of the whole file: whoever writes has it to the end of the transaction. Readers go on until the commit, and with WAL
 * also through it. So what counts is how many pages are read and written.
 */
export function effects(statement: SqlStatement, facts: EffectFacts): Effects {
  const refused = refusalsOf(statement, facts);
  if (refused.length > 0) return joined([{ refused }]);
  const parts = partsOf(statement, facts);
  return joined([parts, ...(writes(statement) ? [{ locks: [WRITE_LOCK] }] : [])]);
}

const WRITE_LOCK: LockTaken = { object: 'database', name: { name: 'main' }, mode: 'RESERVED', blocks: 'writes' };

function writes({ kind }: SqlStatement): boolean {
  return !['read', 'set', 'transaction', 'analyze'].includes(kind);
}

function partsOf(statement: SqlStatement, facts: EffectFacts): PartialEffects {
  if ('table' in statement && statement.table?.name.toLowerCase() === POSITIONS.name)
    return positions(statement, facts);
  switch (statement.kind) {
    case 'createIndex': {
      const { table, index, isUnique } = statement;
      return {
        work: [{ kind: 'build', table, ...(index && { index: index.name }) }],
        ...(isUnique && !isAgain(statement, facts) && { fails: [{ table, on: 'duplicates' }] }),
      };
    }
    case 'alterTable':
      return joined(statement.actions.map((action) => actionEffects(statement.table, action, facts)));
    case 'rename':
      return { breaks: [{ how: 'renamed', name: statement.name }] };
    case 'block':
      return joined(statement.statements.map((each) => partsOf(each, facts)));
    case 'drop':
      return statement.object === 'TABLE'
        ? joined(statement.names.map((name) => droppedTable(name, facts)))
        : { breaks: statement.object === 'VIEW' ? statement.names.map((name) => ({ how: 'dropped', name })) : [] };
    case 'insert':
      return copied(facts.operation);
    case 'vacuum':
      return { isOutside: true, unknown: ['how large the database is: VACUUM writes all of it again'] };
    default:
      return plainEffects(statement);
  }
}

function actionEffects(table: QualifiedName, action: TableAction, { operation, schema }: EffectFacts): PartialEffects {
  switch (action.action) {
    case 'addColumn':
      return addedColumn(table, action.column);
    case 'dropColumn':
      return {
        work: [{ kind: 'rewrite', table, reason: 'the values of the column are taken out of each row' }],
        loses: [{ what: 'values', name: table, column: action.column }],
        breaks: [{ how: 'dropped', name: table, column: action.column }],
      };
    case 'renameColumn':
      return { breaks: [{ how: 'renamed', name: table, column: action.from }] };
    case 'renameTable':
      // The last statement of a rebuild gives the copy the name of the table.
      return rebuildOf(operation) === undefined ? { breaks: [{ how: 'renamed', name: table }] } : {};
    case 'setNotNull':
      return {
        work: [{ kind: 'scan', table }],
        fails: [{ table, column: action.column, on: 'nulls' }],
        ...(columnOf(schema, table, action.column)?.default === undefined && {
          breaks: [{ how: 'required', name: table, column: action.column }],
        }),
      };
    case 'addConstraint':
      return { work: [{ kind: 'scan', table }], fails: [{ table, on: 'check' }] };
    default:
      return {};
  }
}

/** ADD COLUMN: SQLite changes no row for it, and refuses what would need that. */
function addedColumn(table: QualifiedName, column: ColumnClause): PartialEffects {
  const { name, generated, isNotNull, default: value = 'NULL', constraints } = column;
  const of = (type: string): boolean => constraints.some((one) => one.type === type);
  const refusal = of('unique')
    ? 'no UNIQUE column can be added'
    : of('primaryKey')
      ? 'no PRIMARY KEY column can be added'
      : undefined;
  if (refusal !== undefined) return { refused: [{ name: table, reason: refusal }] };
  if (isNotNull && generated === undefined && isNull(value)) return requiredColumn(table, name);
  const any = (reason: string): PartialEffects => ({ fails: [{ table, column: name, on: 'any', reason }] });
  if (generated === 'stored') return any('no STORED column can be added then');
  if (!isNull(value) && !isConstant(value)) return any('its default is not constant');
  if (!isNull(value) && of('foreignKey')) return any('it refers to another table and has a default');
  const isRead = of('check') || (generated !== undefined && isNotNull === true);
  return isRead ? { work: [{ kind: 'scan', table }], fails: [{ table, column: name, on: 'check' }] } : {};
}

/** The table that an operation makes again, where it is none that creates, drops or renames one, and no SQL. */
function rebuildOf(operation: Operation | undefined): QualifiedName | undefined {
  if (operation === undefined || !('table' in operation)) return undefined;
  return ['createTable', 'dropTable', 'renameTable', 'bulkInsert'].includes(operation.kind)
    ? undefined
    : operation.table;
}

/** The table in which SQLite keeps the largest number of each AUTOINCREMENT. */
const POSITIONS: QualifiedName = { name: 'sqlite_sequence' };

/** A rebuild carries the number of its table over; a DELETE by hand forgets it. */
function positions({ kind }: SqlStatement, { operation }: EffectFacts): PartialEffects {
  return kind === 'delete' && rebuildOf(operation) === undefined
    ? { loses: [{ what: 'position', name: POSITIONS }] }
    : {};
}

/** Whether a rebuild makes an index that the table has had: its values are unique already. */
function isAgain({ index, table }: CreateIndex, { operation, schema }: EffectFacts): boolean {
  if (operation === undefined || rebuildOf(operation) === undefined) return false;
  const isNew = flatOperations([operation]).some(
    (part) => part.kind === 'createIndex' && part.index.name === index?.name,
  );
  return !isNew && tableIn(schema, table)?.indices.some(({ name }) => name === index?.name) === true;
}

/** The rows of a table that is made again. */
function copied(operation: Operation | undefined): PartialEffects {
  const table = rebuildOf(operation);
  return table === undefined ? {} : { work: [{ kind: 'rewrite', table, reason: 'SQLite makes the table again' }] };
}

/** A column that old rows have no value for: SQLite refuses it. */
function requiredColumn(table: QualifiedName, column: string): PartialEffects {
  return { fails: [{ table, column, on: 'any' }], breaks: [{ how: 'required', name: table, column }] };
}

function droppedTable(name: QualifiedName, { operation, schema }: EffectFacts): PartialEffects {
  const rebuilt = rebuildOf(operation);
  if (operation === undefined || rebuilt === undefined) {
    return { loses: [{ what: 'rows', name }], breaks: [{ how: 'dropped', name }] };
  }
  // A rebuild has tables of its own, too.
  if (qualifiedKey(rebuilt) !== qualifiedKey(name)) return {};
  const model = tableIn(schema, name);
  return joined(flatOperations([operation]).map((part) => lostInRebuild(name, part, model)));
}

function columnOf(schema: SchemaModel, table: QualifiedName, column: string): ColumnModel | undefined {
  return tableIn(schema, table)?.columns.find(({ name }) => name === column);
}

function tableIn({ tables }: SchemaModel, table: QualifiedName): TableModel | undefined {
  const key = qualifiedKey(table);
  return tables.find((each) => qualifiedKey(each) === key);
}

/** What a rebuild takes away and changes: its rows are in the copy. */
function lostInRebuild(table: QualifiedName, operation: Operation, model: TableModel | undefined): PartialEffects {
  switch (operation.kind) {
    case 'addColumn': {
      const { name, isNullable, default: value, asExpression, generationStrategy } = operation.column;
      const isFilled =
        isNullable || value !== undefined || asExpression !== undefined || generationStrategy !== undefined;
      return isFilled ? {} : requiredColumn(table, name);
    }
    case 'createPrimaryKey':
      return { fails: [{ table, on: 'duplicates' }] };
    case 'dropColumn':
      return {
        loses: [{ what: 'values', name: table, column: operation.column }],
        breaks: [{ how: 'dropped', name: table, column: operation.column }],
      };
    case 'renameColumn':
      return { breaks: [{ how: 'renamed', name: table, column: operation.from }] };
    case 'alterColumn':
      return alteredColumn(table, operation, model);
    case 'createUnique':
      return { fails: [{ table, on: 'duplicates' }] };
    case 'createCheck':
      return { fails: [{ table, on: 'check' }] };
    case 'createForeignKey':
      return { fails: [{ table, on: 'orphans' }] };
    default:
      return {};
  }
}

function alteredColumn(
  table: QualifiedName,
  { column, to }: AlterColumn,
  model: TableModel | undefined,
): PartialEffects {
  const was = model?.columns.find(({ name }) => name === column);
  const becomesRequired = to.isNullable === false && (was === undefined || was.isNullable === true);
  const isDefaulted = to.default === undefined ? was?.default !== undefined : to.default !== null;
  const losesDefault = to.default === null && was?.default !== undefined && was.isNullable !== true;
  const { rounds, mayFail } = was === undefined ? NO_RISK : riskKinds(was, { ...was, ...to });
  return {
    fails: [
      ...(becomesRequired ? [{ table, column, on: 'nulls' as const }] : []),
      ...(mayFail ? [{ table, column, on: 'values' as const }] : []),
    ],
    ...(rounds && { loses: [{ what: 'precision', name: table, column }] }),
    ...(((becomesRequired && !isDefaulted) || losesDefault) && { breaks: [{ how: 'required', name: table, column }] }),
  };
}

const NO_RISK = { rounds: false, mayFail: false };
