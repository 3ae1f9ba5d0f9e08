/** Finds a provider of the application. */
export type ProviderResolver = <T>(token: string | symbol | (abstract new (...args: never[]) => T)) => Promise<T>;
