import { NothingConnectedError } from '../../errors/cli.errors.js';
import { UnsupportedDriverError } from '../../errors/database.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { DataSourceFailedError } from '../../errors/service.errors.js';
import { missingModule, placeOf } from '../../errors/source-place.js';
import { causesOf, describeThrown } from '../../errors/thrown.js';
import { describeInLines, hintFor } from '../../errors/thrown-lines.js';
import { describeToken, isInjected, type NamedDataSource } from '../../module/migrate.data-sources.js';
import { getMadeDataSourceToken } from '../../module/migrate.tokens.js';
import type { ApplicationPackages } from './nest-parts.js';
import { TYPEORM_OPTIONS } from './unconnected.js';

/** The circumstances in which a data source could not be made. */
export interface Circumstances {
  /** `initialize()` of a data source did nothing meanwhile. */
  readonly isInitializeSkipped: boolean;
  readonly packages: ApplicationPackages;
}

/** What went wrong, and what to do about it. */
interface Diagnosis {
  readonly reason: string;
  readonly hint: string;
}

/** The error for a data source whose options, factory or provider failed. */
export function dataSourceFailure(entry: NamedDataSource, error: unknown, circumstances: Circumstances): MigrateError {
  if (error instanceof MigrateError && !(error instanceof NothingConnectedError)) return error;
  const chain = causesOf(error);
  const unsupported = chain.find((one) => one instanceof UnsupportedDriverError);
  if (unsupported !== undefined) return unsupported;
  const { reason, hint } = notConnected(chain) ??
    unknownDriver(chain) ??
    driverNotLoaded(chain, circumstances.packages) ??
    missingProvider(error, entry) ??
    moduleNotFound(chain) ?? { reason: describeInLines(error), hint: hintFor(error) };
  const place = chain.map((one) => placeOf(one)).findLast((one) => one !== undefined);
  const where = place === undefined || reason.includes(place) ? '' : `${place}: `;
  return new DataSourceFailedError(entry.name, `${where}${reason}`, {
    hint: circumstances.isInitializeSkipped && !isNotConnected(chain) ? `${SKIPPED}\n${hint}` : hint,
    cause: error,
  });
}

const SKIPPED =
  'Note that nest-cmd connects nothing while data sources are made: initialize() did nothing before this error.';

/** TypeORM's errors for a data source that is not connected, and so does not know its entities yet. */
const unconnectedNames = ['CannotExecuteNotConnectedError', 'EntityMetadataNotFoundError'];

function isNotConnected(chain: readonly unknown[]): boolean {
  return chain.some((error) => error instanceof NothingConnectedError || unconnectedNames.includes(nameOf(error)));
}

function notConnected(chain: readonly unknown[]): Diagnosis | undefined {
  if (!isNotConnected(chain)) return undefined;
  const said = chain.some((error) => error instanceof NothingConnectedError)
    ? describeThrown(chain[0])
    : `${describeThrown(chain[0]).replace(/\.$/, '')}: nothing is connected while nest-cmd makes the data sources.`;
  return {
    reason: said,
    hint: 'Query the database after the application has started (onModuleInit, which nest-cmd does not run), or only if dataSource.isInitialized.',
  };
}

function unknownDriver(chain: readonly unknown[]): Diagnosis | undefined {
  const missing = chain.find((error) => nameOf(error) === 'MissingDriverError') as Error | undefined;
  const type = missing === undefined ? undefined : /"(.*?)" given/.exec(missing.message)?.[1];
  if (type === undefined) return undefined;
  if (type === 'undefined' || type === 'null' || type === '') {
    return {
      reason: 'its options have no `type`.',
      hint: "Set `type: 'postgres'`, `'mysql'`, `'mariadb'` or `'better-sqlite3'`. If it comes from a variable or a factory: is that set, and does the factory return the options?",
    };
  }
  const meant = meantType(type);
  return {
    reason: `TypeORM has no driver for \`type: '${type}'\`.`,
    hint: meant === undefined ? "Use 'postgres', 'mysql', 'mariadb' or 'better-sqlite3'." : `Use \`type: '${meant}'\`.`,
  };
}

function meantType(type: string): string | undefined {
  if (/^(postgre|pg$|psql)/i.test(type)) return 'postgres';
  if (/^maria/i.test(type)) return 'mariadb';
  if (/^mysql/i.test(type)) return 'mysql';
  return /sqlite/i.test(type) ? 'better-sqlite3' : undefined;
}

/** The reason why a driver does not load: TypeORM reports "not installed" for all, so it is loaded once more. */
function driverNotLoaded(chain: readonly unknown[], packages: ApplicationPackages): Diagnosis | undefined {
  const failed = chain.find((error) => nameOf(error) === 'DriverPackageNotInstalledError') as Error | undefined;
  const name = failed === undefined ? undefined : /npm install ([^\s"]+)/.exec(failed.message)?.[1];
  if (name === undefined) return undefined;
  const install = `npm install ${name}`;
  if (packages.locate(name) === undefined) {
    return { reason: `the driver ${name} is not installed.`, hint: install };
  }
  const thrown = packages.failureOf(name);
  if (thrown === undefined) {
    return {
      reason: `the driver ${name} is installed (${packages.locate(name)}), but not where TypeORM looks for it.`,
      hint: `Install it in the package that has typeorm: ${install}`,
    };
  }
  const missing = missingModule(thrown);
  const reason = missing === undefined ? describeThrown(thrown) : `it cannot find ${missing.what}.`;
  return {
    reason: `the driver ${name} is installed, but does not load: ${reason}`,
    hint: missing === undefined ? `npm rebuild ${name}, with the Node that runs the application.` : missing.hint,
  };
}

/** Nest's sentence names the argument and the module; what follows it is general advice. */
function missingProvider(error: unknown, { name, dataSource }: NamedDataSource): Diagnosis | undefined {
  if (nameOf(error) !== 'UnknownDependenciesException') return undefined;
  const { type, context } = error as { type?: unknown; context?: { name?: unknown } };
  if (type !== getMadeDataSourceToken(name)) {
    return {
      reason: describeThrown(error),
      hint:
        type === TYPEORM_OPTIONS
          ? 'Add the module that exports it to `imports` next to the factory: TypeOrmModule.forRootAsync({ imports: […], … }).'
          : 'Add it to `providers` of that module, or the module that exports it to its `imports`.',
    };
  }
  return {
    reason: `MigrateModule does not see a provider ${describeToken(context?.name)}.`,
    hint: isInjected(dataSource)
      ? 'Is the token right? Add the module that exports it: { dataSource: { imports: [TheModule], inject: [TOKEN] } }.'
      : 'Its module is not global. Name both: MigrateModule.forRoot([{ dataSource: { imports: [TheModule], inject: [DataSource] } }]).',
  };
}

function moduleNotFound(chain: readonly unknown[]): Diagnosis | undefined {
  const missing = chain.map(missingModule).find((found) => found !== undefined);
  if (missing === undefined) return undefined;
  const where = missing.importer === undefined ? '' : `${missing.importer}: `;
  return { reason: `${where}cannot find ${missing.what}.`, hint: missing.hint };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : '';
}
