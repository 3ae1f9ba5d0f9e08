/** Numbers of the servers' errors that this package acts on; the client has its own, which are texts. */
export const errors = {
  databaseDenied: 1044,
  noThread: 1094,
  noTable: 1146,
  accessDenied: 1045,
  unknownDatabase: 1049,
  tooManyConnections: 1040,
  userLimit: 1203,
  unknownColumn: 1054,
  serverShutdown: 1053,
  lockWaitTimeout: 1205,
  noSavepoint: 1305,
  deadlock: 1213,
  queryInterrupted: 1317,
  statementTimeout: 1969,
  selectTimeout: 3024,
  connectionKilled: 1927,
  syntax: 1064,
  readOnly: 1290,
  alterUnsupported: 1845,
  alterUnsupportedReason: 1846,
  clientTimeout: 4031,
} as const;

/** The number of an error of the server; undefined for other errors. */
export function errorNumber(error: unknown): number | undefined {
  const { errno } = (error ?? {}) as { errno?: unknown };
  return typeof errno === 'number' ? errno : undefined;
}

/** The code of an error, as the driver or the system gives it: `ECONNREFUSED`, `PROTOCOL_CONNECTION_LOST`. */
export function errorCode(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
