import { UnknownConstraintError } from '../../../errors/operations.errors.js';
import { constraintsToDrop, type DropByContent, hasNoneToDrop } from '../../../operations/call/dropped-constraint.js';
import type { OperationOf } from '../../../operations/operation.js';
import type { QualifiedName, TableModel } from '../../../schema/schema.model.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { identifier, quote, quoteQualified } from '../names.js';
import { type CompilersOf, statements } from './compiler.js';

type DropConstraint = 'dropPrimaryKey' | 'dropUnique' | 'dropCheck' | 'dropExclusion' | 'dropForeignKey';

/** A kind of constraints. */
interface Kind {
  /** Its name in messages. */
  readonly what: string;
  /** Its code in pg_constraint. */
  readonly contype: string;
  /** The constraints of that kind in a table. */
  of(table: TableModel): readonly ({ readonly name?: string } | undefined)[];
}

const KINDS: Readonly<Record<DropConstraint, Kind>> = {
  dropPrimaryKey: { what: 'primary key', contype: 'p', of: ({ primaryKey }) => [primaryKey] },
  dropUnique: { what: 'unique constraint', contype: 'u', of: ({ uniques }) => uniques },
  dropCheck: { what: 'check constraint', contype: 'c', of: ({ checks }) => checks },
  dropExclusion: { what: 'exclusion constraint', contype: 'x', of: ({ exclusions }) => exclusions },
  dropForeignKey: { what: 'foreign key', contype: 'f', of: ({ foreignKeys }) => foreignKeys },
};

export const dropConstraintCompilers: CompilersOf<DropConstraint> = {
  dropPrimaryKey: async (operation, context) => {
    const { table } = operation;
    const name = operation.name ?? operation.was?.name ?? (await context.table(table)).primaryKey?.name;
    return dropConstraint({ ...operation, name: name ?? `${table.name}_pkey` }, context);
  },
  dropUnique: dropFound,
  dropCheck: dropFound,
  dropExclusion: dropConstraint,
  dropForeignKey: dropFound,
};

/**
 * PostgreSQL drops constraints by name only, so one that the operation identifies by its columns is looked up in the
 * table.
 */
async function dropFound(operation: DropByContent, context: CompileContext): Promise<readonly Statement[]> {
  const { name } = operation;
  if (name !== undefined) return dropConstraint({ ...operation, name }, context);
  const table = await context.table(operation.table);
  if (operation.ifExists && hasNoneToDrop(table, operation, POSTGRES_SQL)) return [];
  const [found] = constraintsToDrop(table, operation, POSTGRES_SQL);
  return dropConstraint({ ...operation, name: found?.name ?? '' }, context);
}

/** @throws UnknownConstraintError when the constraint is of another kind. */
async function dropConstraint(
  { kind, table, name, ifExists }: OperationOf<DropConstraint> & { readonly name: string },
  context: CompileContext,
): Promise<readonly Statement[]> {
  const actualNames = await namesUnlessOfKind(table, name, KINDS[kind], context);
  if (actualNames !== undefined && ifExists) return [];
  if (actualNames !== undefined) throw new UnknownConstraintError(table, KINDS[kind].what, name, actualNames);
  return statements(
    `ALTER TABLE ${quoteQualified(table)} DROP CONSTRAINT ${ifExists ? 'IF EXISTS ' : ''}${quote(name)}`,
  );
}

/**
 * The names of a table's constraints of a kind when the given name belongs to a constraint of another kind, else undefined.
 *
 * PostgreSQL looks only at the name, and would drop the wrong constraint. A script cannot check and trusts the revision.
 */
async function namesUnlessOfKind(
  table: QualifiedName,
  name: string,
  { contype, of }: Kind,
  context: CompileContext,
): Promise<readonly (string | undefined)[] | undefined> {
  const others = await context.query(
    `SELECT 1 FROM pg_catalog.pg_constraint
     WHERE conrelid = to_regclass($1) AND conname = $2 AND contype <> $3`,
    [quoteQualified(table), identifier(name), contype],
  );
  if (others.length === 0) return undefined;
  // An earlier operation of the batch may have given the name to one of this kind: the table has that, the catalog not yet.
  const actualNames = of(await context.table(table)).map((constraint) => constraint?.name);
  return actualNames.includes(name) ? undefined : actualNames;
}
