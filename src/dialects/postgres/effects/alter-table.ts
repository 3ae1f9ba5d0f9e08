import {
  type ColumnModel,
  type QualifiedName,
  referencedTable,
  type TableModel,
} from '../../../schema/schema.model.js';
import type { AlterTable, TableAction } from '../../../sql/ddl/statement.js';
import type { TableWork } from '../../effects.js';
import { typeText } from '../types.js';
import { addColumn } from './add-column.js';
import {
  addedConstraint,
  droppedConstraint,
  columnsKeptNotNull,
  isProvedNotNull,
  notNullScan,
  validatedConstraint,
} from './constraints.js';
import { type Known, mentions } from './facts.js';
import { lock, type LockMode } from './locks.js';
import type { PartialEffects } from '../../common/effects/joined.js';
import { joined } from './joined.js';
import { isBuiltIn, parsedType, type TypeChange, typeChange } from './type-change.js';

/** ALTER TABLE: one lock of the table for all actions, the strongest that one of them needs. */
export function alterTable({ table, actions }: AlterTable, known: Known): PartialEffects {
  const name = known.nameOf(table);
  const all = joined(actions.map((action) => actionEffects(name, action, known)));
  const effects = {
    ...all,
    breaks: all.breaks.filter(({ how, column }) => how !== 'required' || !isFilled(column, actions)),
  };
  // One pass over the table does all of a statement: each column that makes it necessary is named, and no scan is by itself.
  const rewritten = effects.work.find(({ kind }) => kind === 'rewrite');
  const isCovered = (work: TableWork): boolean =>
    rewritten !== undefined && work.kind === 'scan' && work.table === rewritten.table;
  return { ...effects, work: effects.work.filter((work) => !isCovered(work)) };
}

/** Whether a default is given in the same statement, or identity, so that old INSERTs go on. */
function isFilled(column: string | undefined, actions: readonly TableAction[]): boolean {
  return actions.some(
    (action) => (action.action === 'setDefault' || action.action === 'addIdentity') && action.column === column,
  );
}

function actionEffects(table: QualifiedName, action: TableAction, known: Known): PartialEffects {
  const exclusive = { locks: [lock(table, 'ACCESS EXCLUSIVE')] };
  switch (action.action) {
    case 'addColumn':
      return addColumn(table, action.column, known);
    case 'dropColumn':
      return droppedColumn(table, action.column, action.isCascade === true, known);
    case 'setType':
      return changedType(table, action, known);
    case 'setNotNull':
      return { ...exclusive, ...notNullScan(table, action.column, known), ...required(table, action.column, known) };
    case 'restartIdentity':
      return { ...exclusive, loses: [{ what: 'position', name: table, column: action.column }] };
    case 'dropIdentity':
      // Its sequence goes with it, whose position an operation takes over.
      return joined([
        {
          ...exclusive,
          loses: known.facts.operation === undefined ? [{ what: 'position', name: table, column: action.column }] : [],
        },
        requiredWithoutDefault(table, action.column, known),
      ]);
    case 'dropDefault':
      return { ...exclusive, ...requiredWithoutDefault(table, action.column, known) };
    case 'setExpression':
      return {
        ...exclusive,
        work: virtual(table, action.column, known)
          ? []
          : [{ kind: 'rewrite', table, column: action.column, reason: 'each row gets the computed value' }],
      };
    case 'setColumnOption':
      return { locks: [lock(table, optionLock(action.option))] };
    case 'addConstraint':
      return joined([
        addedConstraint(table, action.constraint, known),
        ...columnsKeptNotNull(table, action.constraint, known).map((column) => required(table, column, known)),
      ]);
    case 'dropConstraint':
      return droppedConstraint(table, action.name, action.isCascade === true, known);
    case 'validateConstraint':
      return validatedConstraint(table, action.name, known);
    case 'renameColumn':
      return { ...exclusive, breaks: [{ how: 'renamed', name: table, column: action.from }] };
    case 'renameTable':
    case 'setSchema':
      return { ...exclusive, breaks: [{ how: 'renamed', name: table }] };
    case 'attachPartition':
      return attached(table, known.nameOf(action.partition));
    case 'detachPartition':
      return detached(table, known.nameOf(action.partition), action.isConcurrent === true);
    case 'other':
      return otherAction(table, action.keywords);
    default:
      return exclusive;
  }
}

function droppedColumn(table: QualifiedName, column: string, isCascade: boolean, known: Known): PartialEffects {
  const model = known.table(table);
  const others = [...known.parentsOf(table, [column]), ...(isCascade ? known.childrenOf(table, [column]) : [])];
  return {
    locks: [table, ...others].map((each) => lock(each, 'ACCESS EXCLUSIVE')),
    loses: [{ what: 'values', name: table, column }],
    breaks: [{ how: 'dropped', name: table, column }],
    ...(model === undefined && {
      unknown: [`whether ${column} has a foreign key: then the table that it refers to is locked as well`],
    }),
  };
}

function changedType(
  table: QualifiedName,
  action: Extract<TableAction, { readonly action: 'setType' }>,
  known: Known,
): PartialEffects {
  const { column, type, using, hasCollation } = action;
  const model = known.table(table);
  const from = model?.columns.find(({ name }) => name === column);
  const keys = keysOf(table, column, model, known);
  const locks = [table, ...keys].map((each) => lock(each, 'ACCESS EXCLUSIVE'));
  if (from === undefined) {
    return {
      locks,
      work: [{ kind: 'rewrite', table, column, reason: `the type of ${column} changes` }],
      unknown: [`the type that ${column} has: some types change without a rewrite`],
    };
  }
  const change = changeOf(from, type, using, known);
  const reason = `${typeText(from)} is stored otherwise than ${parsedType(type).name}`;
  const isInCheck = model?.checks.some(({ expression }) => mentions(expression, column)) === true;
  const rebuilt = (model?.indices ?? []).filter(
    (index) =>
      (index.columnNames.includes(column) && (change.rebuildsIndexes || hasCollation)) ||
      mentions(`${index.where ?? ''} ${index.expression ?? ''}`, column),
  );
  return {
    locks,
    work: change.isRewrite
      ? [{ kind: 'rewrite', table, column, reason }, ...keys.map((each) => ({ kind: 'scan' as const, table: each }))]
      : [
          ...(isInCheck ? [{ kind: 'scan' as const, table, reason: 'a check of the column is made again' }] : []),
          ...rebuilt.map(({ name }) => ({ kind: 'build' as const, table, index: name })),
        ],
    ...((change.rounds || change.byTimeZone) && {
      loses: [{ what: 'precision', name: table, column, ...(change.byTimeZone && { isByTimeZone: true }) }],
    }),
    ...(change.mayFail && { fails: [{ table, column, on: 'values' }] }),
    ...(change.unknown !== undefined && { unknown: [change.unknown] }),
  };
}

function changeOf(from: ColumnModel, type: string, using: string | undefined, known: Known): TypeChange {
  const { name } = parsedType(type);
  const domain = isBuiltIn(name) ? undefined : known.domain(name);
  const old = baseOf(typeText(from), known);
  if (domain === undefined) return changeOfBase(from, old, type, using, known);
  // Each value has to be tried.
  if (domain.hasRules) return { isRewrite: true, mayFail: true };
  const base = domain.base ?? old;
  return typeChange(old, baseOf(base, known), using === undefined || isCastTo(using, name) ? undefined : using);
}

/** The type that a domain is made of; any other type as it is. */
function baseOf(type: string, known: Known): string {
  const { name } = parsedType(type);
  const base = isBuiltIn(name) ? undefined : known.domain(name)?.base;
  return base === undefined ? type : baseOf(base, known);
}

function isCastTo(using: string, type: string): boolean {
  return using.replaceAll(/["\s()]/g, '').endsWith(`::${type}`);
}

/** An enum that is made again has the same name, and a USING that takes its values over as text. */
function changeOfBase(
  from: ColumnModel,
  old: string,
  type: string,
  using: string | undefined,
  known: Known,
): TypeChange {
  // Over text to a type of the same name: the type has been created again.
  const isMadeAgain = !isBuiltIn(parsedType(type).name) && (using?.split('::').length ?? 0) > 2;
  const isEnum = known.facts.schema.enums.some(({ name }) => name === parsedType(type).name);
  if (isMadeAgain || (from.enumName !== undefined && using !== undefined && isEnum))
    return { isRewrite: true, mayFail: true };
  return typeChange(from.enumName ?? old, type, using, known.facts.timeZone);
}

/** The tables at the other ends of the foreign keys of a column. */
function keysOf(
  table: QualifiedName,
  column: string,
  model: TableModel | undefined,
  known: Known,
): readonly QualifiedName[] {
  const own = (model?.foreignKeys ?? []).filter(({ columnNames }) => columnNames.includes(column)).map(referencedTable);
  const all = [...own, ...known.childrenOf(table, [column])];
  return all.filter(
    (each, at) =>
      all.findIndex(({ schema, name }) => schema === each.schema && name === each.name) === at &&
      !(each.name === table.name && each.schema === table.schema),
  );
}

/** Old INSERTs without the column fail, unless it has a default, or a check refuses NULL already. */
function required(table: QualifiedName, column: string, known: Known): PartialEffects {
  const { operation } = known.facts;
  const model = known.column(table, column);
  const isDefaulted =
    operation?.kind === 'alterColumn' && operation.to.default !== undefined && operation.to.default !== null;
  const hasValue = isDefaulted || model?.default !== undefined || model?.generationStrategy !== undefined;
  const isNotNull = known.column(table, column) !== undefined && model?.isNullable !== true;
  if (hasValue || isNotNull || isProvedNotNull(table, column, known)) return {};
  return { breaks: [{ how: 'required', name: table, column }] };
}

function requiredWithoutDefault(table: QualifiedName, column: string, known: Known): PartialEffects {
  const model = known.column(table, column);
  return model?.isNullable === true ? {} : { breaks: [{ how: 'required', name: table, column }] };
}

function virtual(table: QualifiedName, column: string, known: Known): boolean {
  return known.column(table, column)?.generatedType === 'VIRTUAL';
}

/** Settings that only the planner reads need less of a lock. */
function optionLock(option: string): LockMode {
  return /^(?:SET\s+STATISTICS|SET\s*\(|RESET\s*\()/i.test(option) ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
}

function attached(table: QualifiedName, partition: QualifiedName): PartialEffects {
  return {
    locks: [lock(table, 'SHARE UPDATE EXCLUSIVE'), lock(partition, 'ACCESS EXCLUSIVE')],
    work: [{ kind: 'scan', table: partition, reason: 'no row may be outside of its bounds' }],
    fails: [{ table: partition, on: 'check' }],
    unknown: [
      `whether a check proves the bounds of ${partition.name}: then it is not read`,
      `whether ${table.name} has a default partition: then it is locked and read as well`,
    ],
  };
}

function detached(table: QualifiedName, partition: QualifiedName, isConcurrent: boolean): PartialEffects {
  if (!isConcurrent) return { locks: [table, partition].map((each) => lock(each, 'ACCESS EXCLUSIVE')) };
  return {
    locks: [table, partition].map((each) => lock(each, 'SHARE UPDATE EXCLUSIVE')),
    isOutside: true,
    waitsForOthers: true,
  };
}

const REWRITES = /^SET (?:LOGGED|UNLOGGED|TABLESPACE|ACCESS)/;
const WEAK: readonly (readonly [RegExp, LockMode])[] = [
  [/^(?:ENABLE|DISABLE) (?:TRIGGER|REPLICA|ALWAYS)/, 'SHARE ROW EXCLUSIVE'],
  [/^(?:CLUSTER ON|SET WITHOUT CLUSTER|SET$|RESET$)/, 'SHARE UPDATE EXCLUSIVE'],
];

function otherAction(table: QualifiedName, keywords: string): PartialEffects {
  const weak = WEAK.find(([pattern]) => pattern.test(keywords));
  if (weak !== undefined) return { locks: [lock(table, weak[1])] };
  return {
    locks: [lock(table, 'ACCESS EXCLUSIVE')],
    ...(REWRITES.test(keywords) && { work: [{ kind: 'rewrite', table, reason: `${keywords} copies the table` }] }),
  };
}
