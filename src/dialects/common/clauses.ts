import type {
  CheckModel,
  ForeignKeyModel,
  IndexModel,
  KeyParts,
  PrimaryKeyModel,
  QualifiedName,
  UniqueModel,
} from '../../schema/schema.model.js';
import { referencedTable } from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import { closed } from '../../sql/statements.js';

/** What differs between databases in the clauses of CREATE and ALTER. */
export interface ClauseStyle {
  readonly sqlRules: SqlRules;
  quote(name: string): string;
  quoteQualified(name: QualifiedName): string;
  /** A clause after the columns of a key. */
  afterKey?(key: KeyParts): string;
  /** Whether NO ACTION is written too. */
  readonly writesNoAction?: true;
  /** The clauses of an index that only this database has. */
  indexParts?(index: IndexModel): {
    /** Between INDEX and the name. */
    readonly option?: string;
    /** Between the table and the columns. */
    readonly method?: string;
    /** Between the columns and WHERE. */
    readonly rest?: readonly (string | undefined)[];
  };
}

/** The clauses of constraints and indexes that SQL databases share. */
export interface Clauses {
  /** A comma-separated list of quoted names. */
  list(names: readonly string[]): string;
  /** The same with the options of the columns after their names. */
  columns(members: Pick<IndexModel, 'columnNames' | 'columnOptions'>): string;
  /** `CONSTRAINT "name" `; empty without a name. */
  named(name: string | undefined): string;
  primaryKey(key: PrimaryKeyModel): string;
  unique(unique: UniqueModel): string;
  check(check: CheckModel): string;
  foreignKey(key: ForeignKeyModel): string;
  deferrable(constraint: Pick<UniqueModel, 'deferrable'>): string;
  createIndex(table: QualifiedName, index: IndexModel, ifNotExists?: boolean): string;
}

export function clausesIn(style: ClauseStyle): Clauses {
  const { quote, quoteQualified, sqlRules, afterKey = () => '' } = style;
  const list = (names: readonly string[]): string => names.map(quote).join(', ');
  const named: Clauses['named'] = (name) => (name === undefined ? '' : `CONSTRAINT ${quote(name)} `);
  const columns: Clauses['columns'] = ({ columnNames, columnOptions }) =>
    columnNames.map((name) => spaced(quote(name), columnOptions?.[name])).join(', ');
  const deferrable: Clauses['deferrable'] = ({ deferrable }) => (deferrable ? ` DEFERRABLE ${deferrable}` : '');
  const action = (event: 'DELETE' | 'UPDATE', action: string | undefined): string => {
    const written = action ?? (style.writesNoAction && 'NO ACTION');
    return written ? ` ON ${event} ${written}` : '';
  };
  return {
    list,
    columns,
    named,
    deferrable,
    primaryKey: (key) => `${named(key.name)}PRIMARY KEY (${columns(key)})${afterKey(key)}`,
    unique: (unique) => `${named(unique.name)}UNIQUE (${columns(unique)})${afterKey(unique)}${deferrable(unique)}`,
    check: ({ name, expression }) => `${named(name)}CHECK (${closed(expression, sqlRules)})`,
    foreignKey: (key) =>
      `${named(key.name)}FOREIGN KEY (${list(key.columnNames)}) REFERENCES ${quoteQualified(referencedTable(key))}` +
      (key.referencedColumnNames.length === 0 ? '' : ` (${list(key.referencedColumnNames)})`) +
      action('DELETE', key.onDelete) +
      action('UPDATE', key.onUpdate) +
      deferrable(key),
    createIndex: (table, index, ifNotExists = false) => {
      const { option, method, rest = [] } = style.indexParts?.(index) ?? {};
      return spaced(
        index.isUnique ? 'CREATE UNIQUE INDEX' : 'CREATE INDEX',
        option,
        ifNotExists ? 'IF NOT EXISTS' : undefined,
        `${quote(index.name)} ON ${quoteQualified(table)}`,
        method,
        `(${index.expression === undefined ? columns(index) : closed(index.expression, sqlRules)})`,
        ...rest,
        index.where === undefined ? undefined : `WHERE ${index.where}`,
      );
    },
  };
}

/** The parts that are not empty, separated by spaces. */
export function spaced(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}
