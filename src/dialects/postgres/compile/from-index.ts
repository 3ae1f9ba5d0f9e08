import type { PrimaryKeyModel, QualifiedName, UniqueModel } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { identifier, quote, quoteQualified } from '../names.js';
import { statements } from './compiler.js';
import { clauses } from './constraints.js';

/** A constraint to make from an index. */
interface FromIndex {
  readonly key: PrimaryKeyModel | UniqueModel;
  readonly fromIndex?: string;
  readonly type: 'UNIQUE' | 'PRIMARY KEY';
}

/** Makes a constraint from an index, which gets its name. Nothing is left to do where an earlier try has made it: the index is its own. */
export async function fromIndex(
  table: QualifiedName,
  { key, fromIndex = '', type }: FromIndex,
  context: CompileContext,
): Promise<readonly Statement[]> {
  if (await isMade(table, key.name ?? fromIndex, fromIndex, context)) return [];
  const deferrable = 'deferrable' in key ? clauses.deferrable(key) : '';
  return statements(
    `ALTER TABLE ${quoteQualified(table)} ADD ${clauses.named(key.name)}${type} USING INDEX ${quote(fromIndex)}${deferrable}`,
  );
}

async function isMade(table: QualifiedName, name: string, index: string, context: CompileContext): Promise<boolean> {
  const rows = await context.query(
    `SELECT 1 FROM pg_catalog.pg_constraint c
     WHERE c.conrelid = to_regclass($1) AND c.conname = $2 AND c.contype IN ('u', 'p')
       AND (c.conname = $3 OR NOT EXISTS (
         SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class own ON own.oid = i.indexrelid
         WHERE i.indrelid = c.conrelid AND own.relname = $3))`,
    [quoteQualified(table), identifier(name), identifier(index)],
  );
  return rows.length > 0;
}
