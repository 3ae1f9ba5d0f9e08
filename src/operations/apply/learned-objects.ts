import {
  type EnumModel,
  qualifiedKey,
  type QualifiedName,
  qualifiedNameOf,
  type SchemaModel,
} from '../../schema/schema.model.js';
import type { SqlStatement } from '../../sql/ddl/statement.js';
import { pathAt } from '../../sql/paths.js';
import type { SqlRules } from '../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../sql/scanner.js';
import { sourcesIn } from '../../sql/sources.js';
import type { Operation } from '../operation.js';

/** The name as the model has it. */
type NameOf = (name: QualifiedName) => QualifiedName;

/**
 * What a statement by hand changes of enums, views, and indexes that are named without their table, as operations.
 *
 * @param schema before it
 */
export function learnedObjects(
  statement: SqlStatement,
  schema: SchemaModel,
  nameOf: NameOf,
  rules: SqlRules,
): readonly Operation[] {
  switch (statement.kind) {
    case 'create':
      if (statement.name === undefined) return [];
      if (statement.object === 'TYPE') return enumCreated(nameOf(statement.name), statement.text, rules);
      return statement.object.endsWith('VIEW') ? viewCreated(nameOf(statement.name), statement, nameOf, rules) : [];
    case 'alter':
      return statement.object === 'TYPE' && statement.name !== undefined
        ? enumAltered(nameOf(statement.name), statement.text, rules)
        : [];
    case 'rename':
      return statement.column === undefined && !statement.isMove ? renamed(statement, schema, nameOf) : [];
    case 'drop':
      return statement.names.flatMap((name) => dropped(statement.object, nameOf(name), schema));
    case 'block':
      return statement.statements.flatMap((each) => learnedObjects(each, schema, nameOf, rules));
    default:
      return [];
  }
}

/** The enum that a type, as it is written, is or is an array of. */
export function enumNamed(
  type: string,
  { enums }: SchemaModel,
  nameOf: NameOf,
  rules: SqlRules,
): EnumModel | undefined {
  if (enums.length === 0) return undefined;
  const names = pathAt(codeTokens(type, rules), 0)?.names.map((each) => textOf(each, rules)) ?? [];
  const [name, schema] = names.toReversed();
  if (name === undefined) return undefined;
  const key = qualifiedKey(nameOf(schema === undefined ? { name } : { schema, name }));
  return enums.find((each) => qualifiedKey(each) === key);
}

function textOf(token: SqlToken, rules: SqlRules): string {
  return token.kind === 'word' && rules.foldsNames ? token.text.toLowerCase() : token.value;
}

function enumCreated(name: QualifiedName, text: string, rules: SqlRules): readonly Operation[] {
  const [as, kind] = codeTokens(text, rules);
  if (!as?.is('AS') || !kind?.is('ENUM')) return [];
  return [{ kind: 'createEnum', enum: { ...name, values: stringsIn(text, rules) } }];
}

function enumAltered(name: QualifiedName, text: string, rules: SqlRules): readonly Operation[] {
  const [first = '', second] = stringsIn(text, rules);
  const [verb, what] = codeTokens(text, rules);
  if (!what?.is('VALUE')) return [];
  if (verb?.is('RENAME')) {
    return second === undefined ? [] : [{ kind: 'renameEnumValue', enum: name, from: first, to: second }];
  }
  // The order of the labels decides nothing here.
  return verb?.is('ADD') ? [{ kind: 'addEnumValue', enum: name, value: first }] : [];
}

function stringsIn(text: string, rules: SqlRules): readonly string[] {
  return codeTokens(text, rules).flatMap(({ kind, value }) => (kind === 'string' ? [value] : []));
}

function viewCreated(
  view: QualifiedName,
  { object, text }: Extract<SqlStatement, { readonly kind: 'create' | 'alter' }>,
  nameOf: NameOf,
  rules: SqlRules,
): readonly Operation[] {
  const as = codeTokens(text, rules).find((token) => token.is('AS'));
  if (as === undefined) return [];
  const expression = text.slice(as.end).trim();
  const dependsOn = sourcesIn(expression, rules).map(([first, second]) =>
    nameOf(second === undefined ? { name: first } : { schema: first, name: second }),
  );
  const isMaterialized = object === 'MATERIALIZED VIEW' && { materialized: true as const };
  return [
    { kind: 'dropView', view, ifExists: true },
    { kind: 'createView', view: { ...view, expression, indices: [], dependsOn, ...isMaterialized } },
  ];
}

function renamed(
  { object, name, to }: Extract<SqlStatement, { readonly kind: 'rename' }>,
  schema: SchemaModel,
  nameOf: NameOf,
): readonly Operation[] {
  const from = nameOf(name);
  switch (object) {
    case 'TYPE':
      return [{ kind: 'renameEnum', enum: from, to: { ...from, name: to } }];
    case 'VIEW':
    case 'MATERIALIZED VIEW':
      return [{ kind: 'renameView', view: from, to: { ...from, name: to } }];
    case 'INDEX':
      return ownersOf(from, schema).map((table) => ({ kind: 'renameIndex', table, from: from.name, to }));
    default:
      return [];
  }
}

function dropped(object: string, name: QualifiedName, schema: SchemaModel): readonly Operation[] {
  switch (object) {
    case 'TYPE':
      return [{ kind: 'dropEnum', enum: name, ifExists: true }];
    case 'VIEW':
    case 'MATERIALIZED VIEW':
      return [{ kind: 'dropView', view: name, ifExists: true }];
    case 'INDEX':
      return ownersOf(name, schema).map((table) => ({ kind: 'dropIndex', table, name: name.name, ifExists: true }));
    default:
      return [];
  }
}

/** The table, or the materialized view, that an index belongs to; none where it is not known. */
function ownersOf(index: QualifiedName, { tables, views }: SchemaModel): readonly QualifiedName[] {
  return [...tables, ...views]
    .filter(({ schema, indices }) => schema === index.schema && indices.some(({ name }) => name === index.name))
    .map(qualifiedNameOf);
}
