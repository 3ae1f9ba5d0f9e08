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
  readonly connection: { readonly query: unknown };
}

/** A statement on its way to the client, with those to be sent in its message. */
interface Carrier {
  readonly sql: string;
  readonly followers: readonly string[];
  readonly recover: Recovery | undefined;
  results: readonly DriverResult[];
}

/** What to do about the error of a message. What it returns or throws becomes the answer to the first statement. */
type Recovery = (error: unknown, query: (sql: string) => Promise<unknown>) => unknown;

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
  private readonly listeners = new Set<(sql: string) => void>();
  private readonly reads = new Set<string>();
  private carrier: Carrier | undefined;
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

  /**
   * Notes that a session is about to send a statement of its own. One that only reads is not reported to `listen`: a rollback to a
   * savepoint before it undoes nothing of it.
   */
  expect(sql: string): void {
    if (onlyReads(sql)) this.reads.add(sql);
  }

  /** Calls a function for each statement that `carry` does not send, with its text. @returns how to stop that */
  listen(listener: (sql: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /**
   * Sends a statement without parameters, and others in the same message.
   *
   * @param send sends the statement through a query runner
   * @param recover called when the message fails
   * @returns the results of the followers; none where `recover` has given the answer
   */
  async carry(
    sql: string,
    followers: readonly string[],
    send: () => Promise<unknown>,
    recover?: Recovery,
  ): Promise<readonly DriverResult[]> {
    const carrier: Carrier = { sql, followers, recover, results: [] };
    this.carrier = carrier;
    try {
      await send();
      // Inside another transaction the query runner sets a savepoint instead of the BEGIN that it was asked for.
      if (this.carrier === carrier && followers.length > 0) carrier.results = await this.sendAlone(followers);
      return carrier.results;
    } finally {
      if (this.carrier === carrier) this.carrier = undefined;
    }
  }

  /** Gives the client back as it was, once all who use it have called this. */
  remove(): void {
    this.users -= 1;
    if (this.users === 0) uninstall(this.client);
  }

  /** Sends a message for the client. @returns what the client would return for its first statement alone */
  pass(args: readonly unknown[]): unknown {
    const { carrier } = this;
    if (carrier === undefined || !isAlone(carrier.sql, args)) {
      const text = textOf(args[0]);
      if (!this.reads.delete(text)) for (const listener of this.listeners) listener(text);
      return this.query.apply(this.client, [...args]);
    }
    this.carrier = undefined;
    return together(carrier, (sql) => this.sendText(sql));
  }

  private async sendAlone(statements: readonly string[]): Promise<readonly DriverResult[]> {
    this.carrier = undefined;
    return resultsOf(await this.sendText(joined(statements)));
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

async function together(carrier: Carrier, query: (sql: string) => Promise<unknown>): Promise<unknown> {
  const { sql, followers, recover } = carrier;
  let answer: unknown;
  try {
    answer = await query(joined([sql, ...followers]));
  } catch (error) {
    if (recover === undefined) throw error;
    return recover(error, query);
  }
  const results = resultsOf(answer);
  const first = results.slice(0, results.length - followers.length);
  carrier.results = results.slice(first.length);
  return first.length > 1 ? first : (first[0] ?? NO_RESULT);
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

/** Whether the arguments of a query are this statement, without parameters and for a promise. */
function isAlone(sql: string, [text, values, ...rest]: readonly unknown[]): boolean {
  const hasNone = values === undefined || (Array.isArray(values) && values.length === 0);
  return text === sql && hasNone && rest.length === 0;
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
