import type { ColumnCalls } from './interface/columns.js';
import type { ConstraintCalls } from './interface/constraints.js';
import type { DataCalls } from './interface/data.js';
import type { EnumCalls } from './interface/enums.js';
import type { IndexCalls } from './interface/indexes.js';
import type { ExtensionCalls, SchemaCalls, SequenceCalls } from './interface/objects.js';
import type { TableCalls } from './interface/tables.js';
import type { TypeormCalls } from './interface/typeorm.js';
import type { ViewCalls } from './interface/views.js';

export type * from './constraint-options.interface.js';
export type * from './interface/options.js';
export type * from './interface/sequence-options.js';
export type { OperationContext, TenantContext } from './interface/data.js';
export type { TableOperations } from './interface/table-operations.js';
export type { TypeormMigration, TypeormMigrations } from './interface/typeorm.js';

/**
 * The `op` of a revision: changes of the schema, statements on rows, and what the revision may ask of its run.
 *
 * Each method takes TypeORM's option shapes, and resolves when its statements have run, or with `--sql` are written. Calls run
 * in the order in which they are made, awaited or not, in the transaction of the run unless their text says otherwise. An
 * operation of several statements is done as a whole or not at all. A change of a SQLite table that SQLite cannot do in place
 * rebuilds the table with its rows.
 *
 * Every call fails with an InvalidOperationError for arguments that do not fit, with an UnsupportedOperationError for what the
 * database lacks, and with a RevisionEndedError after the function of its revision has ended. A name that does not exist, or is
 * taken, is an error of the database on PostgreSQL, and on SQLite UnknownTableError, UnknownColumnError, UnknownConstraintError
 * or DuplicateObjectError. A script on SQLite fails with a ScriptTableError where it depends on a table that no revision made.
 * In a run each of them is the `cause` of a MigrationFailedError, which names the revision, the file and the line.
 *
 * @example
 *     await op.addColumn('user', { name: 'phone', type: 'varchar', length: '20', isNullable: true });
 *     await op.execute(`UPDATE "user" SET "phone" = '' WHERE "age" IS NULL`);
 */
export interface Operations
  extends
    TableCalls,
    ColumnCalls,
    ConstraintCalls,
    IndexCalls,
    EnumCalls,
    ViewCalls,
    SequenceCalls,
    SchemaCalls,
    ExtensionCalls,
    DataCalls,
    TypeormCalls {}

/**
 * A direction of a revision: its `upgrade` or `downgrade`.
 *
 * @example
 *     const upgrade: RevisionFunction = async (op) => {
 *       await op.dropColumn('user', 'age');
 *     };
 */
export type RevisionFunction = (op: Operations) => void | Promise<void>;
