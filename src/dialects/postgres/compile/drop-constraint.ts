import { UnknownConstraintError } from '../../../errors/operations.errors.js';
import { constraintsToDrop, type DropByContent, hasNoneToDrop } from '../../../operations/call/dropped-constraint.js';
import type { OperationOf } from '../../../operations/operation.js';
import type { QualifiedName, TableModel } from '../../../schema/schema.model.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { identifier, quote, quoteQualified } from '../names.js';
import { type CompilersOf, statements } from './compiler.js';

type DropConstraint = 'dropPrimaryKey' | 'dropUnique' | 'dropCheck' | 'dropExclusion' | 'dropForeignKey';

/** What people call constraints of a kind, what the catalog does, and those of a table. */
interface Kind {
  readonly what: string;
  readonly contype: string;
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
    const known = operation.name ?? operation.was?.name ?? (await context.table(table)).primaryKey?.name;
    return dropConstraint({ ...operation, name: known ?? `${table.name}_pkey` }, context);
  },
  dropUnique: dropFound,
  dropCheck: dropFound,
  dropExclusion: dropConstraint,
  dropForeignKey: dropFound,
};

/** Here every constraint has a name: one that is told by its columns is looked up. */
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
  const known = await withoutNamed(table, name, KINDS[kind], context);
  if (known !== undefined && ifExists) return [];
  if (known !== undefined) throw new UnknownConstraintError(table, KINDS[kind].what, name, known);
  return statements(
    `ALTER TABLE ${quoteQualified(table)} DROP CONSTRAINT ${ifExists ? 'IF EXISTS ' : ''}${quote(name)}`,
  );
}

/**
 * The names of a table's constraints of a kind, when one of a given name is not among them but is of another kind:
 * PostgreSQL itself looks at the name alone. A script takes the revision at its word.
 */
async function withoutNamed(
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
  // Within a batch the name may have passed from the one to the other, which the table knows and the catalog does not yet.
  const known = of(await context.table(table)).map((constraint) => constraint?.name);
  return known.includes(name) ? undefined : known;
}
