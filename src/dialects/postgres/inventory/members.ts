import type {
  CheckModel,
  ExclusionModel,
  ForeignKeyModel,
  IndexModel,
  PrimaryKeyModel,
  TableModel,
  UniqueModel,
} from '../../../schema/schema.model.js';
import { edited } from '../../../sql/edit.js';
import { expressionKey } from '../../../sql/expressions.js';
import { pathAt } from '../../../sql/paths.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import type { MemberKind } from '../../inventory.js';
import { clauses, exclusionClause } from '../compile/constraints.js';
import { type Catalog, read } from './catalog.js';
import type { RelationRow } from './relations.js';

/** A constraint or an index as PostgreSQL prints it. */
export interface MemberRow {
  readonly class: 'pg_constraint' | 'pg_class';
  readonly oid: number;
  readonly relation: number;
  readonly name: string;
  readonly kind: 'p' | 'u' | 'c' | 'x' | 'f' | 'index';
  /** The definition after `ADD CONSTRAINT name`, or the whole CREATE INDEX. */
  readonly definition: string;
  /** Whether it is not inherited, or also defined in the table itself. */
  readonly isLocal: boolean;
  /** Options of the constraint's index. */
  readonly indexOptions: string | null;
  readonly index: string | null;
}

/** Selects constraints and indexes, without foreign keys that follow from the one of a partitioned table. */
const QUERY = `
  SELECT 'pg_constraint' AS class, k.oid, k.conrelid AS relation, k.conname AS name, k.contype::text AS kind,
         pg_get_constraintdef(k.oid) AS definition, k.conislocal AS "isLocal",
         CASE WHEN k.contype IN ('p', 'u', 'x') THEN array_to_string(x.reloptions, ', ') END AS "indexOptions",
         x.oid::regclass::text AS index
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  LEFT JOIN pg_catalog.pg_class x ON x.oid = k.conindid
  WHERE (SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = c.relnamespace) = ANY ($1::text[]) AND k.contype IN ('p', 'u', 'c', 'x', 'f')
    AND (k.contype <> 'f' OR k.conparentid = 0)
  UNION ALL
  SELECT 'pg_class', i.indexrelid, i.indrelid, x.relname, 'index', pg_get_indexdef(i.indexrelid), true,
         NULL, NULL
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  WHERE (SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = c.relnamespace) = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'm')
    AND (i.indisvalid OR c.relkind = 'p')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
  ORDER BY 3, 4`;

export function readMembers(catalog: Catalog): Promise<MemberRow[]> {
  return read<MemberRow>(catalog, QUERY);
}

const KINDS: Readonly<Record<MemberRow['kind'], MemberKind>> = {
  p: 'primaryKey',
  u: 'unique',
  c: 'check',
  x: 'exclusion',
  f: 'foreignKey',
  index: 'index',
};

export function memberKind({ kind }: MemberRow): MemberKind {
  return KINDS[kind];
}

/** Whether the model of a table contains all that the catalog has of a constraint or an index. */
export function isInModel(table: TableModel, row: MemberRow, relation: RelationRow): boolean {
  if (row.indexOptions !== null) return false;
  const clause = clauseOf(table, row);
  if (clause === undefined) return false;
  return row.kind === 'index'
    ? clauseKey(withMethod(clause)) === clauseKey(indexText(row, relation))
    : clauseKey(clause) === clauseKey(row.definition);
}

/** CREATE INDEX with the table as revisions write it. */
export function indexText({ definition }: MemberRow, { full, written }: RelationRow): string {
  return definition
    .replace(/ ON (ONLY )?/, (on) => `${on}\0`)
    .replace(`\0${full} `, `${written} `)
    .replace('\0', '');
}

function clauseOf(table: TableModel, { kind, name }: MemberRow): string | undefined {
  const find = <T extends { readonly name?: string }>(members: readonly T[], clause: (member: T) => string) => {
    const member = members.find((found) => found.name === name);
    return member && clause(member);
  };
  switch (kind) {
    case 'p':
      return table.primaryKey && clauses.primaryKey(table.primaryKey satisfies PrimaryKeyModel);
    case 'u':
      return find<UniqueModel>(table.uniques, clauses.unique);
    case 'c':
      return find<CheckModel>(table.checks, clauses.check);
    case 'x':
      return find<ExclusionModel>(table.exclusions, exclusionClause);
    case 'f':
      return find<ForeignKeyModel>(table.foreignKeys, inPrintedOrder);
    case 'index':
      return find<IndexModel>(table.indices, (index) => clauses.createIndex(table, index));
  }
}

/** The clause of a foreign key with ON UPDATE before ON DELETE, as PostgreSQL prints it. */
function inPrintedOrder(key: ForeignKeyModel): string {
  return clauses.foreignKey(key).replace(/( ON DELETE .*?)( ON UPDATE .*?)?( DEFERRABLE.*)?$/, '$2$1$3');
}

/** CREATE INDEX with the default method where it is omitted. */
function withMethod(definition: string): string {
  const code = codeTokens(definition, POSTGRES_SQL);
  const table = pathAt(code, code.findIndex((token) => token.is('ON')) + 1);
  if (table === undefined || code[table.next]?.is('USING')) return definition;
  const end = table.names.at(-1)?.end ?? 0;
  return edited(definition, [{ start: end, end, text: ' USING btree' }]);
}

/** A key of a clause, which is equal for two spellings: without its name and without defaults. */
function clauseKey(sql: string): string {
  const [constraint, , first] = codeTokens(sql, POSTGRES_SQL);
  const clause = constraint?.is('CONSTRAINT') ? sql.slice(first?.start) : sql;
  return expressionKey(clause, POSTGRES_SQL).replace(/ INITIALLY IMMEDIATE$/, '');
}
