import type { SqlSpelling } from '../../dialects/dialect.js';
import type { DatabaseObject, TableMember } from '../../dialects/inventory.js';
import type { Operation } from '../../operations/operation.js';
import { reverseAll } from '../../operations/reverse.js';
import { qualifiedNameOf, type TableModel } from '../../schema/schema.model.js';
import { plainSpelling, spellTable, spellView, type RevisionSpelling } from '../render/spelling.js';
import type { Turn } from './arrange.js';
import { withoutMember } from './included.js';

/** The operations that create objects, and those that remove them again, in the order in which they must run. */
export interface BothWays {
  readonly operations: readonly Operation[];
  readonly downgrade: readonly Operation[];
}

/** The operations that create objects in their turns. */
export function operationsOf(turns: readonly Turn[], sqlSpelling: SqlSpelling): BothWays {
  const spelling = plainSpelling(sqlSpelling);
  const extensionSchemas = new Set(turns.flatMap(schemaOfExtension));
  const steps = turns.map((turn) => schemaStep(turn, extensionSchemas) ?? stepOf(turn, spelling));
  return {
    operations: steps.flatMap(({ operations }) => operations),
    downgrade: steps.toReversed().flatMap(({ downgrade }) => downgrade),
  };
}

function schemaOfExtension(turn: Turn): readonly string[] {
  if (!('object' in turn) || turn.object.kind !== 'extension') return [];
  const schema = turn.object.place?.schema;
  return schema === undefined ? [] : [schema];
}

/**
 * The operations for a schema of an extension. The extension remains where others use it, and so does its schema, which may
 * then exist when it is created again.
 */
function schemaStep(turn: Turn, extensionSchemas: ReadonlySet<string>): BothWays | undefined {
  if (!('object' in turn) || turn.object.kind !== 'schema' || turn.object.isKept) return undefined;
  const { name } = turn.object;
  if (!extensionSchemas.has(name)) return undefined;
  return {
    operations: [{ kind: 'createSchema', name, ifNotExists: true }],
    downgrade: [{ kind: 'dropSchema', name, ifExists: true, ifUnused: true }],
  };
}

function stepOf(turn: Turn, spelling: RevisionSpelling): BothWays {
  if ('object' in turn && turn.object.kind === 'sql') {
    const { upgrade, downgrade } = turn.object;
    return { operations: upgrade.map(execute), downgrade: downgrade.map(execute) };
  }
  const operation = 'object' in turn ? creationOf(turn.object, turn.later, spelling) : memberCreationOf(turn, spelling);
  if (operation === undefined) return { operations: [], downgrade: [] };
  const isKept = operation.kind === 'createSchema' && operation.ifNotExists;
  return { operations: [operation], downgrade: isKept ? [] : reverseAll([operation]) };
}

function execute(sql: string): Operation {
  return { kind: 'execute', sql };
}

function creationOf(
  object: DatabaseObject,
  later: readonly TableMember[],
  spelling: RevisionSpelling,
): Operation | undefined {
  switch (object.kind) {
    case 'schema':
      return { kind: 'createSchema', name: object.name, ...(object.isKept && { ifNotExists: true }) };
    case 'extension':
      return { kind: 'createExtension', name: object.name, ...object.place };
    case 'enum':
      return { kind: 'createEnum', enum: object.enum };
    case 'sequence':
      return { kind: 'createSequence', sequence: object.sequence };
    case 'view':
      return { kind: 'createView', view: spellView(spelling, object.view) };
    case 'table':
      return { kind: 'createTable', table: later.reduce(withoutMember, spellTable(spelling, object.table)) };
    case 'sql':
      return undefined;
  }
}

function memberCreationOf({ member, of }: Extract<Turn, { readonly member: TableMember }>, spelling: RevisionSpelling) {
  return operationFor(spellTable(spelling, of.table), member);
}

/** The operation that adds a member to its table; undefined when the table has no such member. */
function operationFor(whole: TableModel, { kind, name }: TableMember): Operation | undefined {
  const table = qualifiedNameOf(whole);
  const find = <T extends { readonly name?: string }>(members: readonly T[]): T | undefined =>
    members.find((member) => member.name === name);
  const ifFound = <T>(found: T | undefined, create: (found: T) => Operation): Operation | undefined =>
    found === undefined ? undefined : create(found);
  switch (kind) {
    case 'default':
      return ifFound(find(whole.columns)?.default, (value) => ({
        kind: 'alterColumn',
        table,
        column: name,
        to: { default: value },
        existing: { default: null },
      }));
    case 'primaryKey':
      return ifFound(whole.primaryKey, (primaryKey) => ({ kind: 'createPrimaryKey', table, primaryKey }));
    case 'unique':
      return ifFound(find(whole.uniques), (unique) => ({ kind: 'createUnique', table, unique }));
    case 'check':
      return ifFound(find(whole.checks), (check) => ({ kind: 'createCheck', table, check }));
    case 'exclusion':
      return ifFound(find(whole.exclusions), (exclusion) => ({ kind: 'createExclusion', table, exclusion }));
    case 'foreignKey':
      return ifFound(find(whole.foreignKeys), (foreignKey) => ({ kind: 'createForeignKey', table, foreignKey }));
    case 'index':
      return ifFound(find(whole.indices), (index) => ({ kind: 'createIndex', table, index }));
  }
}
