import type { QueryRunner } from 'typeorm';
import { OutsideTenantError } from '../../../../errors/fleet.errors.js';
import type { SessionConfinement, StatementResult } from '../../../dialect.js';
import { stringLiteral } from '../../literal.js';
import { identifier } from '../../names.js';
import type { MessageUser, SharedMessages } from '../shared-messages.js';
import { type LockedOutside, lockedOutside, type LockRow, outsideOf } from './locked-outside.js';
import { mayDrop, OwnObjects } from './own-objects.js';
import { alteredUnseen, type LooseName, looseNames } from './loose-names.js';

/** Longer statements are cut: what they name is at their beginning. */
const MAX_LENGTH = 20_000;

/** The mode of the lock of INSERT, UPDATE and DELETE. */
const WRITES = 'RowExclusiveLock';

/** That of what only looks after a table, and of some changes. */
const CARE = 'ShareUpdateExclusiveLock';
const CARING = /^\s*(?:ANALYZE|ANALYSE|VACUUM)\b/i;

/** Keywords of what runs code. */
const RUNS = /\b(?:DO|EXECUTE|CALL|SELECT)\b/i;

/** The beginning of a transaction. */
const BEGINS = /^(?:START|BEGIN)\b/i;

/** Where the catalog has what a name without a schema may mean. */
const CATALOGS: Readonly<
  Record<LooseName['kind'], { readonly from: string; readonly name: string; readonly of: string }>
> = {
  relation: { from: 'pg_class', name: 'relname', of: 'relnamespace' },
  type: { from: 'pg_type', name: 'typname', of: 'typnamespace' },
  function: { from: 'pg_proc', name: 'proname', of: 'pronamespace' },
};

/**
 * Keeps the run of a tenant in its schema. Extensions need `public` in the search path, and there a name without a schema finds what
 * the tenant lacks: `ALTER TABLE thing` would change `public.thing`, and for each tenant again.
 *
 * At the end of a step the server says what its transaction has locked outside. What a statement of the step has named with its schema is
 * meant; a change of anything else is refused, and a write is a notice. Outside a transaction, where locks are gone with the
 * statement, its names are looked up before it.
 */
export class SchemaConfinement implements SessionConfinement, MessageUser {
  readonly query: string;
  readonly notices = new Set<string>();
  private readonly texts: string[] = [];
  private readonly own: OwnObjects;
  /** What earlier steps of the transaction have named with its schema: its locks are held to the end of that. */
  private readonly meant = new Set<string>();
  private readonly unlisten: (() => void) | undefined;

  /** @param runner for the queries of the run itself */
  constructor(
    private readonly schema: string,
    private readonly runner: QueryRunner,
    messages: SharedMessages | undefined,
  ) {
    this.query = lockedOutside(schema);
    this.own = new OwnObjects(schema, runner, messages);
    this.unlisten = messages?.listen(this);
  }

  /** Stops listening to the statements of the connection. */
  close(): void {
    this.unlisten?.();
  }

  before(sql: string, isRead: boolean): Promise<void> | undefined {
    this.texts.push(sql.slice(0, MAX_LENGTH));
    if (isRead) return undefined;
    if (BEGINS.test(sql)) this.meant.clear();
    if (mayDrop(sql)) return this.own.read();
    this.own.changed();
    return undefined;
  }

  async judge({ rows }: StatementResult): Promise<void> {
    const texts = this.texts.splice(0);
    const outside =
      rows.length === 0 ? [] : await outsideOf(this.schema, rows as unknown as LockRow[], this.runner, this.own);
    for (const object of outside) {
      const isKeys = this.own.isReferredTo(object) && !texts.some((text) => isLoose(text, object.name));
      if (isKeys || isMeant(texts, object)) this.meant.add(lockOf(object));
    }
    const loose = outside.filter((object) => !this.meant.has(lockOf(object)));
    const changed = loose.filter(({ mode }) => mode !== WRITES);
    const unseen = await this.notOwn(texts.flatMap(alteredUnseen));
    this.refuse([...changed.map(nameOf), ...unseen]);
    for (const object of loose) {
      if (object.mode === WRITES && texts.some((text) => isNamedAlone(text, object.name)))
        this.notices.add(written(object, this.schema));
    }
  }

  /** @throws OutsideTenantError for a statement outside a transaction whose names mean something outside of the schema */
  async check(sql: string): Promise<void> {
    const names = looseNames(sql);
    if (names.length === 0) return;
    const found: string[] = [];
    for (const name of names) {
      if ((await this.notOwn([name])).length > 0 && (await this.isVisible(name)))
        found.push(`${name.kind} ${name.name}`);
    }
    this.refuse(found);
  }

  private refuse(names: readonly string[]): void {
    if (names.length > 0) throw new OutsideTenantError([...new Set(names)].sort(), this.schema);
  }

  /** Those of the names that the tenant's schema does not have. */
  private async notOwn(names: readonly LooseName[]): Promise<readonly string[]> {
    const others: string[] = [];
    for (const { kind, name, renamed } of names) {
      const catalog = CATALOGS[kind];
      const either = [name, ...(renamed === undefined ? [] : [renamed])].map((one) => stringLiteral(identifier(one)));
      const isOwn = await this.ask(
        `EXISTS (SELECT FROM pg_catalog.${catalog.from} o JOIN pg_catalog.pg_namespace n ON n.oid = o.${catalog.of}
           WHERE n.nspname = ${stringLiteral(identifier(this.schema))} AND o.${catalog.name} IN (${either.join(', ')}))`,
      );
      if (!isOwn) others.push(`${kind} ${name}`);
    }
    return others;
  }

  /** Whether the search path finds anything of the name. */
  private isVisible({ kind, name }: LooseName): Promise<boolean> {
    const catalog = CATALOGS[kind];
    return this.ask(
      `EXISTS (SELECT FROM pg_catalog.${catalog.from} o JOIN pg_catalog.pg_namespace n ON n.oid = o.${catalog.of}
         WHERE n.nspname = ANY (current_schemas(false)) AND o.${catalog.name} = ${stringLiteral(identifier(name))})`,
    );
  }

  private async ask(expression: string): Promise<boolean> {
    const [row] = (await this.runner.query(`SELECT ${expression} AS answer`)) as [{ answer: boolean }];
    return row.answer;
  }
}

function nameOf({ schema, name }: Pick<LockedOutside, 'schema' | 'name'>): string {
  return `${schema}.${name}`;
}

/** Whether statements name an object with its schema, or only look after it. */
function isMeant(texts: readonly string[], object: LockedOutside): boolean {
  return texts.some((text) => isQualified(text, object) || (object.mode === CARE && CARING.test(text)));
}

/** Whether statements may change a relation by its name alone; what other code runs may be in their texts. */
function isLoose(text: string, name: string): boolean {
  if (looseNames(text).some((loose) => loose.kind === 'relation' && loose.name === name)) return true;
  return RUNS.test(text) && isNamedAlone(text, name);
}

function lockOf(object: LockedOutside): string {
  return `${object.mode} of ${nameOf(object)}`;
}

function written(object: LockedOutside, schema: string): string {
  return `A statement without a schema has written to ${nameOf(object)}, since the schema "${schema}" has no "${object.name}". Name the schema where that is meant.`;
}

/** Whether a statement, or a text in it, names an object with its schema, or that schema as a whole. */
function isQualified(text: string, { schema, name }: LockedOutside): boolean {
  const [of, named] = [escaped(schema), escaped(name)];
  return new RegExp(
    `(?<![\\w"])"?${of}"?\\s*\\.\\s*"?${named}(?!\\w)|\\bschema\\s+(?:if\\s+exists\\s+)?"?${of}(?!\\w)`,
    'i',
  ).test(text);
}

/** Whether a statement names something without a schema. */
function isNamedAlone(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w."])"?${escaped(name)}"?(?![\\w"])`, 'i').test(text);
}

function escaped(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
