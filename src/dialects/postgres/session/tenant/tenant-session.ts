import type { DataSource, QueryRunner } from 'typeorm';
import { TenantMissingError } from '../../../../errors/fleet.errors.js';
import type { GroupPart, OwnSchema, SessionOptions, Statement } from '../../../dialect.js';
import { stringLiteral } from '../../literal.js';
import { identifier, quote } from '../../names.js';
import type { LockRider } from '../advisory-lock.js';
import { DirectPostgresSession } from '../direct-session.js';
import { ownSchema, ownSchemaOption } from '../own-schema.js';
import { checkClient, type SessionState, settingCalls, settingsOf } from '../settings.js';
import type { SharedMessages } from '../shared-messages.js';

/** What is known of a connection that serves one tenant after another. */
interface Served {
  readonly state: SessionState;
  /** The settings by which each side notices that the other has vanished, as far as the server takes them. */
  readonly peer: Readonly<Record<string, string>>;
}

const served = new WeakMap<object, Served>();

/** The connection of a tenant's run. */
interface TenantConnection {
  readonly dataSource: DataSource;
  readonly options: SessionOptions;
  readonly runner: QueryRunner;
  readonly revisionRunner: QueryRunner;
  readonly messages: SharedMessages | undefined;
}

/** The session of a tenant on a connection that has served another one before; undefined on a new connection. */
export async function nextTenantSession(connection: TenantConnection): Promise<TenantPostgresSession | undefined> {
  const known = served.get((await connection.runner.connect()) as object);
  return known && sessionOf(connection, known);
}

/** The session of the first tenant on a connection to the server itself. */
export async function firstTenantSession(
  connection: TenantConnection,
  state: SessionState,
): Promise<TenantPostgresSession> {
  const known = { state, peer: await checkClient(connection.runner) };
  served.set((await connection.runner.connect()) as object, known);
  return sessionOf(connection, known);
}

function sessionOf(connection: TenantConnection, { state, peer }: Served): TenantPostgresSession {
  const { dataSource, options, runner, revisionRunner, messages } = connection;
  const own = ownSchemaOption(dataSource);
  const ofTenant = own === undefined ? state : { ...state, schema: own, isFound: false, lacksSchema: false };
  return new TenantPostgresSession(runner, revisionRunner, options, ownSchema(dataSource), ofTenant, messages, peer);
}

/**
 * The session of one tenant on a connection that serves many: what others do when they are opened and closed is in the message that takes
 * the lock, and in that which gives the connection back.
 */
class TenantPostgresSession extends DirectPostgresSession {
  private isThere = true;

  constructor(
    runner: QueryRunner,
    revisionRunner: QueryRunner,
    options: SessionOptions,
    schema: OwnSchema | undefined,
    state: SessionState,
    messages: SharedMessages | undefined,
    private readonly peer: Readonly<Record<string, string>>,
  ) {
    super(runner, revisionRunner, options, schema, state, messages);
  }

  override async lock(): Promise<void> {
    if (this.options.lock !== 'none') return super.lock();
    const [row] = (await this.runner.query(`SELECT ${this.rider.sql}`)) as [Readonly<Record<string, unknown>>];
    this.rider.take(row);
  }

  override async execute(statement: Statement, part?: GroupPart): Promise<unknown> {
    if (!this.inTransaction && statement.isOwn !== true) await this.confinement?.check(statement.sql);
    return super.execute(statement, part);
  }

  override async sendAlone<T>(sql: string, send: (sql: string) => Promise<T>): Promise<T> {
    if (!this.inTransaction) await this.confinement?.check(sql);
    return super.sendAlone(sql, send);
  }

  override inOwnTransaction<T>(work: () => Promise<T>): Promise<T> {
    return super.inOwnTransaction(async () => {
      const result = await work();
      const { confinement } = this;
      const [answer] = confinement === undefined ? [] : await this.batch([confinement.query]);
      if (answer !== undefined) await confinement?.judge(answer);
      return result;
    });
  }

  protected override get riders(): readonly LockRider[] {
    return [...super.riders, this.rider];
  }

  /** @throws TenantMissingError */
  protected override async ensureSchema(): Promise<void> {
    if (!this.isThere) throw new TenantMissingError(`There is no schema "${this.state.schema}".`);
  }

  /** Takes back all that the revisions of this tenant have set, and the lock: the next one finds the session as new. */
  protected override async tidyUp(): Promise<void> {
    const { extra } = this.runner.connection.options as { readonly extra?: { readonly onConnect?: unknown } };
    // What the application sets on its connections would go, too.
    if (extra?.onConnect !== undefined) return this.discardConnection();
    await this.runner.query('DISCARD ALL');
  }

  private get rider(): LockRider {
    const settings = { ...settingsOf(this.options, this.state), ...this.peer };
    const calls = settingCalls(settings, 'session').map((call, index) => `${call} AS "set${index}"`);
    const found = `to_regnamespace(${stringLiteral(quote(identifier(this.state.schema)))})`;
    return {
      sql: [...calls, `${found} IS NOT NULL AS "isThere"`].join(', '),
      take: (row) => void (this.isThere = row['isThere'] === true),
    };
  }
}
