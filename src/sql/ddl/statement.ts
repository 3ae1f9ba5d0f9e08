/** A name as the catalog has it, with its schema where the SQL has one. */
export interface ObjectName {
  readonly schema?: string;
  readonly name: string;
}

/** What kind of object a statement is about, in capitals: `TABLE`, `MATERIALIZED VIEW`, `INDEX`. */
export type ObjectKind = string;

/** One statement of SQL, as far as it decides what the statement locks, reads, writes and loses. */
export type SqlStatement =
  | CreateTable
  | CreateIndex
  | AlterTable
  | RenameObject
  | DropObjects
  | RowStatement
  | {
      readonly kind: 'create' | 'alter';
      readonly object: ObjectKind;
      readonly name?: ObjectName;
      /** What follows the name. */
      readonly text: string;
      readonly isTemporary?: true;
      /** The table of a trigger, a policy or a rule. */
      readonly on?: ObjectName;
    }
  | {
      readonly kind: 'truncate';
      readonly tables: readonly ObjectName[];
      readonly isCascade?: true;
      /** RESTART IDENTITY: the sequences of its columns begin again. */
      readonly restartsIdentity?: true;
    }
  | {
      readonly kind: 'reindex';
      readonly object: ObjectKind;
      readonly name?: ObjectName;
      readonly isConcurrent?: true;
    }
  | { readonly kind: 'refresh'; readonly view: ObjectName; readonly isConcurrent?: true; readonly isWithoutData?: true }
  | { readonly kind: 'lock'; readonly tables: readonly ObjectName[]; readonly mode: string }
  | {
      readonly kind: 'vacuum' | 'cluster' | 'analyze' | 'optimize';
      readonly tables: readonly ObjectName[];
      readonly isFull?: true;
    }
  /** `name` is the table for a comment of one of its columns or constraints. */
  | { readonly kind: 'comment'; readonly object: ObjectKind; readonly name?: ObjectName }
  | { readonly kind: 'grant' }
  /** CALL of a procedure. */
  | { readonly kind: 'call'; readonly name: ObjectName }
  /** SET, and `set_config` with constants. */
  | { readonly kind: 'set'; readonly setting: string; readonly value: string }
  /** `setval` of a sequence to a constant. */
  | { readonly kind: 'setval'; readonly name: ObjectName }
  /** BEGIN, COMMIT, ROLLBACK, SAVEPOINT … */
  | { readonly kind: 'transaction'; readonly verb: string }
  | { readonly kind: 'read' }
  /** A block of code; `statements` are those in it that are not built at run time. */
  | { readonly kind: 'block'; readonly statements: readonly SqlStatement[]; readonly isDynamic?: true }
  | {
      readonly kind: 'unknown';
      readonly verb: string;
      /** Why, where a parser gives one: `syntax error at or near "INDX"`. */
      readonly reason?: string;
    };

export interface CreateTable {
  readonly kind: 'createTable';
  readonly table: ObjectName;
  readonly isTemporary?: true;
  readonly ifNotExists?: true;
  readonly columns: readonly ColumnClause[];
  readonly constraints: readonly ConstraintClause[];
  /** The table that it is a partition of. */
  readonly partitionOf?: ObjectName;
  /** It is the partition for the rows that no other one takes. */
  readonly isDefaultPartition?: true;
  /** The partition key, `RANGE (at)`, of a table whose rows are in partitions. */
  readonly partitionedBy?: string;
  /** It takes its rows from a query. */
  readonly asQuery?: true;
  /** MariaDB's OR REPLACE: it drops the table that there is. */
  readonly isReplace?: true;
}

export interface CreateIndex {
  readonly kind: 'createIndex';
  /** Absent where the database chooses it. */
  readonly index?: ObjectName;
  readonly table: ObjectName;
  readonly isUnique?: true;
  readonly isConcurrent?: true;
  readonly ifNotExists?: true;
  /** ONLY: of a partitioned table without its partitions. */
  readonly isOnly?: true;
  /** `undefined` for an expression. */
  readonly columns: readonly (string | undefined)[];
  /** What is in its parentheses, where a part of it is an expression. */
  readonly expressions?: string;
  /** What is written behind columns: `DESC`, an operator class. */
  readonly columnOptions?: Readonly<Record<string, string>>;
  /** The condition of a partial index. */
  readonly where?: string;
  /** MySQL's indexes that are no trees. */
  readonly type?: 'fulltext' | 'spatial';
  /** The way that MySQL is asked for. */
  readonly asked?: AskedWay;
}

/** How MySQL is asked to change a table: it refuses what needs more. In capitals. */
export interface AskedWay {
  /** `INSTANT`, `NOCOPY`, `INPLACE`, `COPY` or `DEFAULT`. */
  readonly algorithm?: string;
  /** `NONE`, `SHARED`, `EXCLUSIVE` or `DEFAULT`. */
  readonly lock?: string;
}

export interface AlterTable {
  readonly kind: 'alterTable';
  readonly table: ObjectName;
  readonly ifExists?: true;
  /** The way that MySQL is asked for. */
  readonly asked?: AskedWay;
  /** MariaDB's IGNORE: rows that a new key refuses are deleted. */
  readonly isIgnoring?: true;
  readonly actions: readonly TableAction[];
}

export interface RenameObject {
  readonly kind: 'rename';
  readonly object: ObjectKind;
  readonly name: ObjectName;
  /** The new name; the new schema where it is moved. */
  readonly to: string;
  /** The column of a view that is renamed, and not the view. */
  readonly column?: string;
  readonly isMove?: true;
}

export interface DropObjects {
  readonly kind: 'drop';
  readonly object: ObjectKind;
  readonly names: readonly ObjectName[];
  readonly isCascade?: true;
  readonly isConcurrent?: true;
  readonly ifExists?: true;
  /** The table of a trigger, a policy or a rule. */
  readonly on?: ObjectName;
}

export interface RowStatement {
  readonly kind: 'insert' | 'update' | 'delete' | 'copy';
  readonly table: ObjectName;
  /** It has a condition that is not always true, or a query, so that it need not be about all rows. */
  readonly hasCondition?: true;
}

/** One part of an ALTER TABLE. */
export type TableAction =
  | { readonly action: 'addColumn'; readonly column: ColumnClause }
  /** MySQL's MODIFY and CHANGE: the whole column again, perhaps with another name. */
  | { readonly action: 'changeColumn'; readonly from: string; readonly column: ColumnClause }
  | {
      readonly action: 'addIndex';
      readonly name?: string;
      readonly type?: 'fulltext' | 'spatial';
      readonly columns: readonly (string | undefined)[];
    }
  | { readonly action: 'dropIndex'; readonly name: string }
  | { readonly action: 'dropPrimaryKey' }
  | { readonly action: 'dropColumn'; readonly column: string; readonly isCascade?: true }
  | {
      readonly action: 'setType';
      readonly column: string;
      readonly type: string;
      readonly using?: string;
      readonly hasCollation?: true;
    }
  | { readonly action: 'setDefault'; readonly column: string; readonly default: string }
  | { readonly action: 'dropDefault' | 'setNotNull' | 'dropNotNull'; readonly column: string }
  | {
      readonly action:
        'addIdentity' | 'setIdentity' | 'restartIdentity' | 'dropIdentity' | 'setExpression' | 'dropExpression';
      readonly column: string;
    }
  /** A setting of a column that the planner or the storage reads: STATISTICS, STORAGE, COMPRESSION. */
  | { readonly action: 'setColumnOption'; readonly column: string; readonly option: string }
  | { readonly action: 'addConstraint'; readonly constraint: ConstraintClause }
  | { readonly action: 'dropConstraint'; readonly name: string; readonly isCascade?: true }
  | { readonly action: 'validateConstraint' | 'alterConstraint'; readonly name: string }
  | { readonly action: 'renameColumn' | 'renameConstraint' | 'renameIndex'; readonly from: string; readonly to: string }
  | { readonly action: 'renameTable' | 'setSchema'; readonly to: string }
  | { readonly action: 'attachPartition'; readonly partition: ObjectName; readonly isDefault?: true }
  | { readonly action: 'detachPartition'; readonly partition: ObjectName; readonly isConcurrent?: true }
  /** MySQL's: the rows of partitions go, with them or without. */
  | { readonly action: 'dropPartition' | 'truncatePartition'; readonly partitions: readonly string[] }
  /** Any other, by its keywords: `OWNER TO`, `SET LOGGED`, `ENABLE TRIGGER`. */
  | { readonly action: 'other'; readonly keywords: string };

/** A column, as CREATE TABLE or ADD COLUMN has it. */
export interface ColumnClause {
  readonly name: string;
  readonly type: string;
  /** The character set or the collation is written with the type. */
  readonly hasCharset?: true;
  readonly isNotNull?: true;
  readonly default?: string;
  readonly generated?: 'stored' | 'virtual';
  readonly isIdentity?: true;
  /** The constraints that are written with it. */
  readonly constraints: readonly ConstraintClause[];
}

/** A constraint, of a column or of a table. */
export interface ConstraintClause {
  readonly type: 'primaryKey' | 'unique' | 'check' | 'foreignKey' | 'exclusion' | 'notNull';
  readonly name?: string;
  readonly columns: readonly string[];
  /** The expression of a check. */
  readonly expression?: string;
  readonly referenced?: ObjectName;
  /** The columns of a foreign key's other end; absent for those of the primary key. */
  readonly referencedColumns?: readonly string[];
  readonly isNotValid?: true;
  readonly isNotEnforced?: true;
  /** The index that it takes over. */
  readonly usingIndex?: string;
}
