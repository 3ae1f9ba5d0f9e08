import type { QueryRunner } from 'typeorm';
import { stringLiteral } from '../../literal.js';
import { identifier } from '../../names.js';
import type { SharedMessages } from '../shared-messages.js';

/** An object by its catalog. */
interface ById {
  readonly class: string;
  readonly oid: string;
}

/** The class of tables to which foreign keys of the schema refer. */
const REFERRED_TO = 'referred to';

const DROPS = /\bDROP\b|\bPARTITION\b|\bALTER\s+CONSTRAINT\b|\bALTER\b[^;]*\bTYPE\b/i;

/** Whether SQL may drop what a schema has, or change its foreign keys: a change of a column's type makes indexes and keys again. */
export function mayDrop(sql: string): boolean {
  return DROPS.test(sql);
}

/**
 * The relations, types and functions of a tenant's schema, read before a statement that may drop some of them.
 *
 * The transaction that has dropped an object does not find its schema any more. Another connection does; but behind a pooler there may be none
 * left for it, when each is held by a transaction that waits for another one.
 */
export class OwnObjects {
  private readonly known = new Set<string>();
  private isRead = false;
  private isReading = false;

  constructor(
    private readonly schema: string,
    private readonly runner: QueryRunner,
    private readonly messages: SharedMessages | undefined,
  ) {}

  has(object: ById): boolean {
    return this.known.has(keyOf(object));
  }

  /** Whether a foreign key of the schema refers to a table: without the key, that table is changed too. */
  isReferredTo({ oid }: Pick<ById, 'oid'>): boolean {
    return this.known.has(keyOf({ class: REFERRED_TO, oid }));
  }

  /** Notes that a statement may have made others. */
  changed(): void {
    this.isRead = false;
  }

  /** Reads them; undefined where they are known. */
  read(): Promise<void> | undefined {
    if (this.isRead || this.isReading) return undefined;
    this.isReading = true;
    return this.ask().finally(() => (this.isReading = false));
  }

  private async ask(): Promise<void> {
    const sql = objectsOf(this.schema);
    this.messages?.expect(sql);
    const rows = (await this.runner.query(sql)) as ById[];
    for (const row of rows) this.known.add(keyOf(row));
    this.isRead = true;
  }
}

/** By the index of pg_depend on what is referred to, as that of pg_class is by name. Indexes and TOAST tables depend on their tables. */
function objectsOf(schema: string): string {
  return `WITH direct AS (
      SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass
        AND d.refobjid = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = ${stringLiteral(identifier(schema))})),
    tables AS (
      SELECT c.oid, c.reltoastrelid, c.reltype FROM direct
      JOIN pg_catalog.pg_class c ON c.oid = direct.objid AND direct.classid = 'pg_catalog.pg_class'::regclass),
    relations AS (SELECT oid FROM tables UNION ALL SELECT reltoastrelid FROM tables WHERE reltoastrelid <> 0),
    types AS (
      SELECT objid AS oid FROM direct WHERE classid = 'pg_catalog.pg_type'::regclass
      UNION ALL SELECT reltype FROM tables WHERE reltype <> 0)
    SELECT 'pg_class' AS class, oid::text AS oid FROM relations
    UNION ALL SELECT 'pg_class', i.indexrelid::text FROM pg_catalog.pg_index i WHERE i.indrelid IN (SELECT oid FROM relations)
    UNION ALL SELECT 'pg_type', oid::text FROM types
    UNION ALL SELECT 'pg_type', t.typarray::text FROM pg_catalog.pg_type t WHERE t.oid IN (SELECT oid FROM types) AND t.typarray <> 0
    UNION ALL SELECT ${stringLiteral(REFERRED_TO)}, k.confrelid::text FROM pg_catalog.pg_constraint k
      WHERE k.conrelid IN (SELECT oid FROM tables) AND k.contype = 'f'
    UNION ALL SELECT 'pg_proc', objid::text FROM direct WHERE classid = 'pg_catalog.pg_proc'::regclass`;
}

function keyOf({ class: of, oid }: ById): string {
  return `${of} ${oid}`;
}
