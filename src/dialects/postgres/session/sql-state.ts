/** The SQLSTATE codes that a run reacts to. */
export const sqlStates = {
  lockNotAvailable: '55P03',
  unsafeNewEnumValue: '55P04',
  objectInUse: '55006',
  noActiveTransaction: '25P01',
  noSuchSavepoint: '3B001',
  activeTransaction: '25001',
  invalidTransactionTermination: '2D000',
  failedTransaction: '25P02',
  readOnly: '25006',
  syntaxError: '42601',
  insufficientPrivilege: '42501',
  uniqueViolation: '23505',
  duplicateSchema: '42P06',
  duplicateTable: '42P07',
  duplicateObject: '42710',
  undefinedTable: '42P01',
  undefinedSchema: '3F000',
  undefinedDatabase: '3D000',
  undefinedObject: '42704',
  undefinedFunction: '42883',
  dependentObjects: '2BP01',
  deadlock: '40P01',
  serializationFailure: '40001',
  outOfMemory: '53200',
  tooManyConnections: '53300',
  canceled: '57014',
} as const;

/** The SQLSTATE of an error that TypeORM passed on from the driver. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { driverError, code } = error as { driverError?: { code?: unknown }; code?: unknown };
  const state = driverError?.code ?? code;
  return typeof state === 'string' ? state : undefined;
}

/** Those of a statement that needs a transaction, or a savepoint in it, where it has ended or takes no more statements. */
export const transactionLost: ReadonlySet<string | undefined> = new Set([
  sqlStates.noActiveTransaction,
  sqlStates.noSuchSavepoint,
  sqlStates.failedTransaction,
]);
