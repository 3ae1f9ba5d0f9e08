import type { QualifiedName } from '../../schema/schema.model.js';
import type { Bookkeeping } from '../bookkeeping.js';
import { quote, quoteString } from './text.js';

/** The version table is Alembic's; times in the history table are ISO 8601 texts in UTC. */
export const bookkeeping: Bookkeeping = {
  createVersionTable: (table) =>
    `CREATE TABLE ${quote(table.name)} ("version_num" varchar(32) NOT NULL, ` +
    `CONSTRAINT ${quote(`${table.name}_pkc`)} PRIMARY KEY ("version_num"))`,

  createHistoryTable: (table) =>
    `CREATE TABLE ${quote(table.name)} (${[
      '"id" integer PRIMARY KEY AUTOINCREMENT NOT NULL',
      '"revision" varchar NOT NULL',
      '"direction" varchar(16) NOT NULL',
      '"started_at" datetime NOT NULL',
      '"finished_at" datetime',
      '"duration_ms" integer',
      '"statements_done" integer NOT NULL DEFAULT (0)',
      '"statements_total" integer',
      '"checksum" varchar(64)',
      '"applied_by" varchar',
      '"package_version" varchar',
      '"error" text',
    ].join(', ')})`,

  tableExists: ({ name }: QualifiedName) =>
    `SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${quoteString(name)} COLLATE NOCASE) AS "exists"`,
};
