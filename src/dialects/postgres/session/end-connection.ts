import { withinTime } from '../../common/within-time.js';

/** How long the end of a connection may take, ms: the other side confirms it, and where it has vanished it never does. */
const LIMIT = 1_000;

/** The part of the pg client that ends its connection, and its socket. */
export interface EndingClient {
  end(): Promise<void>;
  readonly connection?: { readonly stream?: { destroy?(): void } };
}

/**
 * Ends a connection, within a second also where nobody answers; a query that waits for its answer fails then. Never throws.
 */
export async function endConnection(client: EndingClient): Promise<void> {
  const late = (): Error => new Error('The end of the connection was not confirmed.');
  await withinTime(LIMIT, () => client.end(), late).catch(() => client.connection?.stream?.destroy?.());
}
