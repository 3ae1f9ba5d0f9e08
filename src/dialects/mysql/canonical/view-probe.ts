import { createHash } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { withoutOwnSchema } from '../../../schema/without-own-schema.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { MissingPrivilegeError } from '../errors.js';
import { wholeQuery } from '../reflect/four-bytes.js';
import { PROBE_VIEW, tablesQuery, type TableRow, viewsQuery, type ViewRow } from '../reflect/queries.js';
import type { Connection } from '../server.js';
import { literal, quote } from '../text.js';
import { isInTransaction } from '../session/transaction-watch.js';

/** "… command denied to user": CREATE VIEW, or DROP, which OR REPLACE takes. */
const COMMAND_DENIED = 1142;

/** Errors that are not about the query of a view: the server is read-only, or somebody holds a lock. */
const OF_THE_SERVER = new Set([1205, 1213, 1290, 1792, 1836]);

/** How long to wait for another comparison of the same database, s. */
const PATIENCE = 60;

/**
 * Prints queries as the server prints those of views. There are no temporary views: each is created under one name of this package's, read and
 * dropped. That commits, so in a transaction of the caller's nothing is printed.
 *
 * A lock of the server keeps two comparisons of a database apart. A view that one has left which was killed is never part of the
 * schema, and is dropped by the next one.
 */
export class ViewProbe {
  private constructor(
    private readonly runner: QueryRunner,
    private readonly database: string,
  ) {}

  /** Lets `work` print queries, and leaves no view behind. */
  static async use<T>(
    runner: QueryRunner,
    { database }: Connection,
    work: (probe: ViewProbe | undefined) => Promise<T>,
  ): Promise<T> {
    if (await isInTransaction(runner)) return work(undefined);
    const lock = literal(`nestjs_migrate_probe ${createHash('sha1').update(database).digest('hex')}`);
    await runner.query(`SELECT GET_LOCK(${lock}, ${PATIENCE})`);
    const probe = new ViewProbe(runner, database);
    try {
      await probe.dropLeftOver();
      return await work(probe);
    } finally {
      await runner.query(`SELECT RELEASE_LOCK(${lock})`);
    }
  }

  /**
   * The query as the server prints it; undefined where a view of it cannot be created now: it reads something that is not there yet.
   *
   * @throws MissingPrivilegeError
   */
  async print(query: string): Promise<string | undefined> {
    const { runner, database } = this;
    try {
      await runner.query(`CREATE OR REPLACE VIEW ${quote(PROBE_VIEW)} AS ${query}`);
    } catch (error) {
      return this.refuse(error);
    }
    try {
      const { sql, parameters } = viewsQuery({ databases: [database], tables: [PROBE_VIEW] });
      const [row] = (await runner.query(sql, [...parameters])) as ViewRow[];
      if (!row?.definition) throw new MissingPrivilegeError('SHOW VIEW', 'to read how views are printed', database);
      const whole = await wholeQuery({ name: PROBE_VIEW }, row.definition, (text) => runner.query(text));
      return withoutOwnSchema(whole, database, MYSQL_SQL);
    } finally {
      await runner.query(`DROP VIEW ${quote(PROBE_VIEW)}`);
    }
  }

  /** @throws MissingPrivilegeError, or the error itself where it is not about the query */
  private refuse(error: unknown): undefined {
    const { errno = 0, message = '' } = error as { readonly errno?: number; readonly message?: string };
    if (OF_THE_SERVER.has(errno)) throw error;
    if (errno !== COMMAND_DENIED) return undefined;
    const [, privilege = 'CREATE VIEW'] = /^([A-Z ]+) command denied/.exec(message) ?? [];
    // Without the privilege to read a table, that is what the application lacks as well.
    if (privilege === 'SELECT' || privilege === 'ANY') return undefined;
    const purpose = 'to have the server print the views that the entities describe';
    throw new MissingPrivilegeError(privilege, purpose, this.database, error);
  }

  private async dropLeftOver(): Promise<void> {
    const { sql, parameters } = tablesQuery({ databases: [this.database], tables: [PROBE_VIEW] });
    const found = (await this.runner.query(sql, [...parameters])) as TableRow[];
    if (found.length > 0) await this.runner.query(`DROP VIEW IF EXISTS ${quote(PROBE_VIEW)}`);
  }
}
