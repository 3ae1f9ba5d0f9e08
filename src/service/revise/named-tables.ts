import { readFileSync } from 'node:fs';
import { readableTokens, type Token } from '../../repository/files/lexer.js';
import type { Revision } from '../../repository/index.js';
import { relationChanges } from '../../sql/relation-changes.js';
import type { SqlRules } from '../../sql/rules.js';

/** A table or a view in a schema that a revision names. */
export interface NamedTable {
  readonly schema: string;
  readonly name: string;
}

/** A schema that a revision gives another name. */
interface SchemaRename {
  readonly from: string;
  readonly to: string;
}

/**
 * The tables and views that revisions make, or change by operations, in schemas that they name, with the names that they get
 * later; read in their text: revisions are not run for it. What a foreign key refers to, or a
 * query reads, is not among them; nor is what SQL alters, or drops and puts back, for it may be somebody else's.
 *
 * @param sources the text of the revision files
 * @param rules how the database reads the SQL in them
 * @example
 *     namedTables([`await op.createTable({ schema: 'sales', name: 'order', … })`], rules); // [{ schema: 'sales', name: 'order' }]
 */
export function namedTables(sources: Iterable<string>, rules: SqlRules): readonly NamedTable[] {
  const named = new Map<string, NamedTable>();
  const renames: SchemaRename[] = [];
  const add = (schema: string, name: string): void => {
    named.set(JSON.stringify([schema, name]), { schema, name });
  };
  for (const source of sources) {
    if (!MAY_NAME_SCHEMA.test(source)) continue;
    readRevision(readableTokens(source), { rules, add, rename: (from, to) => renames.push({ from, to }) });
  }
  // As often as there are renames, since files come in no order.
  for (const _rename of renames) {
    for (const { from, to } of renames) {
      for (const { schema, name } of named.values()) if (schema === from) add(to, name);
    }
  }
  return [...named.values()];
}

/** A schema by its key, a qualified name in SQL, or one as an argument: most files have none, and need not be read as code. */
const MAY_NAME_SCHEMA = /schema|\b(?:table|view)\b[^;]*\.|['"`][^\s'"`]+\.\S/i;

/** The same for the files of revisions. */
export function tablesNamedIn(revisions: readonly Revision[], rules: SqlRules): readonly NamedTable[] {
  const sources = revisions.flatMap(({ path }) => (path === undefined ? [] : [readFileSync(path, 'utf8')]));
  return namedTables(sources, rules);
}

/** How SQL is read, and where what is found goes. */
interface Reading {
  readonly rules: SqlRules;
  add(schema: string, name: string): void;
  rename(from: string, to: string): void;
}

/** What has been read so far of an object literal or of the arguments of a call. */
interface Frame {
  readonly open: string;
  /** The method that is called; undefined for an object literal. */
  readonly method: string | undefined;
  schema?: string;
  name?: string;
  /** Names without a schema, and schemas, among the arguments of a call and in what it is given. */
  readonly names: string[];
  readonly schemas: string[];
}

function readRevision(tokens: readonly Token[], reading: Reading): void {
  const frames: Frame[] = [];
  const dropped = new Set<string>();
  tokens.forEach((token, at) => {
    const before = tokens[at - 1];
    const frame = frames.at(-1);
    if (token.kind === 'punctuation') {
      if ('({['.includes(token.value)) {
        const method = token.value === '(' && before?.kind === 'word' ? before.value : undefined;
        if (method === 'upgrade' || method === 'downgrade') dropped.clear();
        frames.push({ open: token.value, method, names: [], schemas: [] });
      } else if (')}]'.includes(token.value)) close(frames, reading);
      return;
    }
    if (token.kind !== 'string' && token.kind !== 'template') return;
    readSql(token.value, reading, dropped);
    if (token.kind === 'template' || frame === undefined) return;
    if (before?.value === ':' && frame.open === '{') readProperty(tokens[at - 2], token.value, frame);
    else if (frame.open === '(' && (before?.value === '(' || before?.value === ','))
      readArgument(token.value, frame, reading);
  });
}

function readProperty(key: Token | undefined, value: string, frame: Frame): void {
  if (key?.value === 'schema') frame.schema = value;
  if (key?.value === 'name') frame.name = value;
}

function readArgument(value: string, frame: Frame, { add }: Reading): void {
  const [schema, name, ...more] = value.split('.');
  if (schema === undefined || more.length > 0) return;
  if (name === undefined) frame.names.push(schema);
  else if (/^\S+$/.test(value)) {
    add(schema, name);
    frame.schemas.push(schema);
    frame.names.push(name);
  }
}

/** Ends an object or a call: what is in it counts for the call around it. */
function close(frames: Frame[], { add, rename }: Reading): void {
  const frame = frames.pop();
  if (frame === undefined) return;
  const { schema, name, method, names, schemas } = frame;
  if (schema !== undefined && name !== undefined) add(schema, name);
  const around = frames.at(-1);
  if (frame.open === '{' && around?.open === '(') {
    if (schema !== undefined) around.schemas.push(schema);
    if (name !== undefined) around.names.push(name);
  }
  if (method === 'renameSchema' && names.length === 2) rename(names[0] ?? '', names[1] ?? '');
  else if (method?.startsWith('rename')) for (const one of schemas) for (const other of names) add(one, other);
}

/** @param dropped what the same direction dropped so far: created again, it is put back. */
function readSql(sql: string, { rules, add, rename }: Reading, dropped: Set<string>): void {
  for (const change of relationChanges(sql, rules)) {
    if (change.kind === 'renameSchema') {
      rename(change.from, change.to);
      continue;
    }
    const { kind, schema, name } = change;
    const key = JSON.stringify([schema, name]);
    if (kind === 'drop') dropped.add(key);
    else if (schema !== undefined && !(kind === 'create' && dropped.has(key))) add(schema, name);
    if (kind === 'move') add(change.to, name);
    if (kind === 'rename' && schema !== undefined) add(schema, change.to);
  }
}
