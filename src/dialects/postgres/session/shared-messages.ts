import type { QueryRunner } from 'typeorm';

/** What the driver returns for one statement. */
export interface DriverResult {
  readonly rows: readonly Record<string, unknown>[];
  /** Rows that it changed or returned; null for a statement that does neither. */
  readonly rowCount: number | null;
}

/** The part of pg's client that is used here. Other drivers do not have it. */
interface PgClient {
  query: (...args: unknown[]) => unknown;
  readonly connection: {
    readonly query: unknown;
    on(event: string, listener: () => void): unknown;
    off(event: string, listener: () => void): unknown;
  };
}

/** One who sends statements over a client, and has to know those of others. */
export interface MessageUser {
  /**
   * Called before a statement of another is sent.
   *
   * @param isRead it is a query of a session itself, and changes nothing: a rollback to a savepoint before it undoes nothing of it
   * @returns what has to be done before it, if anything
   */
  before(sql: string, isRead: boolean): Promise<void> | undefined;
}

/** A statement on its way to the client, with those to be sent in its message. */
interface Carrier extends Escort {
  readonly sql: string;
  results: CarriedResults;
}

/** What is sent in the message of a statement. */
interface Escort {
  readonly leaders?: readonly string[];
  readonly followers?: readonly string[];
  /** It is several statements, and those that ran are counted. */
  readonly isSeveral?: boolean;
  /** Called when the message fails. */
  readonly recover?: Recovery;
}

/** The results of what was sent in the message of a statement; none where `recover` has given its answer. */
export interface CarriedResults {
  readonly leaders: readonly DriverResult[];
  readonly followers: readonly DriverResult[];
}

/**
 * What to do about the error of a message. What it returns or throws becomes the answer to the statement.
 *
 * @param done how many statements were run, the leaders first; undefined where they are not counted, as there is only one
 */
export type Recovery = (error: unknown, query: (sql: string) => Promise<unknown>, done: number | undefined) => unknown;

/** Messages of the server at the end of each statement. */
const ENDS_OF_STATEMENT = ['commandComplete', 'emptyQuery'];

const NOTHING: CarriedResults = { leaders: [], followers: [] };

/** The answer to a statement that returns nothing. */
export const NO_RESULT: DriverResult & { readonly command: null } = { command: null, rowCount: null, rows: [] };

/**
 * Sends statements in the message of the statement before them, so that they cost no round trip of their own.
 *
 * A message of the simple protocol takes several statements: the server parses all of them before it runs the first, and stops at
 * the first error. The first statement still goes through TypeORM's query runner, with its logging, subscribers and result. What
 * follows it is added where the query runner calls pg's client, and its results are removed from the answer.
 */
export class SharedMessages {
  private readonly listeners = new Set<MessageUser>();
  private readonly reads = new Set<string>();
  private readonly carriers = new Set<Carrier>();
  private users = 0;

  private constructor(
    private readonly client: PgClient,
    private readonly query: PgClient['query'],
  ) {}

  /** Undefined for a driver that is not known to use the simple protocol, such as pg-native. */
  static async on(runner: QueryRunner): Promise<SharedMessages | undefined> {
    const client: unknown = await runner.connect();
    if (!isPgClient(client)) return undefined;
    const messages = onClients.get(client) ?? install(client, new SharedMessages(client, client.query));
    messages.users += 1;
    return messages;
  }

  /** Notes that a session is about to send a statement of its own. */
  expect(sql: string): void {
    if (onlyReads(sql)) this.reads.add(sql);
  }

  /** Reports to a user each statement that it does not send by `carry`. @returns how to stop that */
  listen(user: MessageUser): () => void {
    this.listeners.add(user);
    return () => void this.listeners.delete(user);
  }

  /**
   * Sends a statement, with others in the same message where it has no parameters.
   *
   * @param user who sends it
   * @param send sends the statement through a query runner
   */
  async carry(
    user: MessageUser,
    sql: string,
    send: () => Promise<unknown>,
    escort: Escort = {},
  ): Promise<CarriedResults> {
    const carrier: Carrier = { sql, ...escort, results: NOTHING };
    const others = this.before(sql, false, user);
    if (others !== undefined) await others;
    this.carriers.add(carrier);
    try {
      await send();
      // Inside another transaction the query runner sets a savepoint instead of the BEGIN that it was asked for.
      if (this.carriers.has(carrier)) await this.sendAlone(carrier);
      return carrier.results;
    } finally {
      this.carriers.delete(carrier);
    }
  }

  /** Gives the client back as it was, once all who use it have called this. */
  remove(): void {
    this.users -= 1;
    if (this.users === 0) uninstall(this.client);
  }

  /** Sends a message for the client. @returns what the client would return for its first statement alone */
  pass(args: readonly unknown[]): unknown {
    for (const carrier of this.carriers) {
      if (!isOf(carrier, args)) continue;
      this.carriers.delete(carrier);
      return isEscorted(carrier) ? this.together(carrier) : this.send(args);
    }
    const text = textOf(args[0]);
    const before = this.before(text, this.reads.delete(text));
    return before === undefined ? this.send(args) : this.sendBehind(before, args);
  }

  private send(args: readonly unknown[]): unknown {
    return this.query.apply(this.client, [...args]);
  }

  /** Sends a message once what has to come before it is done. */
  private sendBehind(before: Promise<void>, args: readonly unknown[]): unknown {
    const [query] = args;
    const send = (): unknown => this.send(args);
    const isCursor = typeof (query as { submit?: unknown } | null | undefined)?.submit === 'function';
    if (!isCursor && !args.some((arg) => typeof arg === 'function')) return before.then(send);
    // It has no promise to fail: the server refuses it where what was before it has failed.
    void before.then(send, send);
    return isCursor ? query : undefined;
  }

  /** What users other than the sender have to do before a statement. */
  private before(sql: string, isRead: boolean, sender?: MessageUser): Promise<void> | undefined {
    let all: Promise<void> | undefined;
    for (const user of this.listeners) {
      const one = user === sender ? undefined : user.before(sql, isRead);
      if (one !== undefined) all = all === undefined ? one : all.then(() => one);
    }
    return all;
  }

  private async sendAlone(carrier: Carrier): Promise<void> {
    this.carriers.delete(carrier);
    const { followers = [] } = carrier;
    if (followers.length > 0)
      carrier.results = { leaders: [], followers: resultsOf(await this.sendText(joined(followers))) };
  }

  private async together(carrier: Carrier): Promise<unknown> {
    const { sql, leaders = [], followers = [], recover } = carrier;
    const query = (text: string): Promise<unknown> => this.sendText(text);
    const { connection } = this.client;
    let done = 0;
    const count = (): void => void (done += 1);
    const isCounted = leaders.length > 0 || carrier.isSeveral === true;
    if (isCounted) for (const end of ENDS_OF_STATEMENT) connection.on(end, count);
    let answer: unknown;
    try {
      answer = await query(joined([...leaders, sql, ...followers]));
    } catch (error) {
      if (recover === undefined) throw error;
      return recover(error, query, isCounted ? done : undefined);
    } finally {
      if (isCounted) for (const end of ENDS_OF_STATEMENT) connection.off(end, count);
    }
    const results = resultsOf(answer);
    const end = results.length - followers.length;
    carrier.results = { leaders: results.slice(0, leaders.length), followers: results.slice(end) };
    const own = results.slice(leaders.length, end);
    return own.length > 1 ? own : (own[0] ?? NO_RESULT);
  }

  /** Sends what is carried, past the query runner. */
  submit(sql: string): Promise<unknown> {
    return this.client.query(sql) as Promise<unknown>;
  }

  private sendText(sql: string): Promise<unknown> {
    return this.query.call(this.client, sql) as Promise<unknown>;
  }
}

/** The clients that share messages at the moment, with their own property `query` where they have one. */
const onClients = new WeakMap<PgClient, SharedMessages>();
const replaced = new WeakMap<PgClient, PropertyDescriptor>();

function install(client: PgClient, messages: SharedMessages): SharedMessages {
  const own = Object.getOwnPropertyDescriptor(client, 'query');
  if (own !== undefined) replaced.set(client, own);
  client.query = (...args) => messages.pass(args);
  onClients.set(client, messages);
  return messages;
}

function uninstall(client: PgClient): void {
  onClients.delete(client);
  const own = replaced.get(client);
  replaced.delete(client);
  if (own === undefined) Reflect.deleteProperty(client, 'query');
  else Object.defineProperty(client, 'query', own);
}

function resultsOf(answer: unknown): readonly DriverResult[] {
  return (Array.isArray(answer) ? answer : [answer]) as DriverResult[];
}

/** The text of a message. A statement may end in a comment to the end of its line. */
export function joined(statements: readonly string[]): string {
  return statements.join('\n;');
}

function isPgClient(client: unknown): client is PgClient {
  if (typeof client !== 'object' || client === null) return false;
  const { query, connection } = client as Partial<PgClient>;
  return typeof query === 'function' && typeof connection?.query === 'function';
}

/** Whether the arguments of a query are this statement, for a promise: with parameters only where it is sent alone. */
function isOf(carrier: Carrier, [text, values, ...rest]: readonly unknown[]): boolean {
  if (text !== carrier.sql || rest.length > 0) return false;
  const hasNone = values === undefined || (Array.isArray(values) && values.length === 0);
  return hasNone || (!isEscorted(carrier) && Array.isArray(values));
}

function isEscorted({ leaders = [], followers = [], isSeveral = false }: Escort): boolean {
  return leaders.length > 0 || followers.length > 0 || isSeveral;
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  return String((query as { text?: unknown } | null | undefined)?.text ?? '');
}

const CHANGES = /\b(?:INSERT|UPDATE|DELETE|MERGE|INTO|SHARE|set_config|nextval|setval|\w*advisory\w*)\b/i;

/** Whether a query changes nothing, not even a setting or a lock; false in doubt. */
function onlyReads(sql: string): boolean {
  return /^\s*(?:SELECT|WITH)\b/i.test(sql) && !CHANGES.test(sql);
}
