import type { DataSource, Migration, MigrationExecutor, MigrationInterface, QueryRunner } from 'typeorm';
import { keepRepositories } from '../../../dialects/common/own-manager.js';
import {
  TypeormMigrationError,
  TypeormTableAheadError,
  TypeormUnknownRowsError,
} from '../../../errors/adopt.errors.js';
import type { TypeormHistory } from '../../../operations/call/typeorm-migrations.js';
import { type ClassPlaces, findClasses, migrationName } from './find-classes.js';

export type TypeormDirection = 'run' | 'revert';

/** What to run or revert TypeORM's migrations on. */
interface TypeormRunRequest extends ClassPlaces {
  readonly runner: QueryRunner;
  readonly history: TypeormHistory;
  readonly direction: TypeormDirection;
}

/**
 * Prepares a run of TypeORM's own executor: finds which classes are missing in its table, or recorded there, and loads them.
 *
 * The executor of the application's TypeORM does the work, so that transactions and the table are as always. It gets only these
 * classes, in the order of the history, whatever else the data source lists by now.
 *
 * @returns undefined when there is nothing to do
 * @throws TypeormTableAheadError, TypeormUnknownRowsError, TypeormMigrationMissingError, TypeormFileError
 */
export async function prepareTypeorm(request: TypeormRunRequest): Promise<(() => Promise<void>) | undefined> {
  const { dataSource, runner, history, direction } = request;
  const executed = (await readTypeormTable(dataSource, runner, history.table)) ?? [];
  const wanted = classesToRun(executed, history, direction);
  if (wanted.length === 0) return undefined;
  const found = await findClasses(history, wanted, request);
  const instances = wanted.map((name) => attributed(name, found.get(name) as MigrationInterface, history, direction));
  const executor = await executorOf(dataSource, runner, history.table, instances);
  executor.transaction = history.transaction;
  if (direction === 'run') return async () => void (await executor.executePendingMigrations());
  return async () => {
    for (let count = 0; count < wanted.length; count += 1) await executor.undoLastMigration();
    await dropIfEmpty(dataSource, runner, history.table);
  };
}

/**
 * The classes of a history that a run or a revert concerns, in the order of the history.
 *
 * @param executed names of the migrations in TypeORM's table, the last one first
 * @throws TypeormTableAheadError, TypeormUnknownRowsError
 */
export function classesToRun(
  executed: readonly string[],
  history: TypeormHistory,
  direction: TypeormDirection,
): readonly string[] {
  const names = history.classes.map(({ name }) => name);
  if (direction === 'revert') refuseLater(executed, names, history.table);
  if (direction === 'run' && !history.allowUnknown) refuseUnknown(executed, names, history.table);
  return names.filter((name) => executed.includes(name) === (direction === 'revert'));
}

/** Names of the migrations in TypeORM's table, the last one first; undefined when there is no such table. */
export async function readTypeormTable(
  dataSource: DataSource,
  runner: QueryRunner,
  table: string,
): Promise<readonly string[] | undefined> {
  if (!(await runner.hasTable(tablePath(dataSource, table)))) return undefined;
  const executor = await executorOf(dataSource, runner, table, []);
  return (await executor.getExecutedMigrations()).map(({ name }) => name);
}

/** Refuses to revert where unknown migrations came after the first one to revert: TypeORM always reverts the last. */
function refuseLater(executed: readonly string[], names: readonly string[], table: string): void {
  const first = executed.findLastIndex((name) => names.includes(name));
  const unknown = executed.slice(0, Math.max(first, 0)).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new TypeormTableAheadError(table, unknown);
}

/** Refuses a database on which unknown migrations ran, as `adopt` does: what they did is not known. */
function refuseUnknown(executed: readonly string[], names: readonly string[], table: string): void {
  const unknown = executed.filter((name) => !names.includes(name)).toReversed();
  if (unknown.length > 0) throw new TypeormUnknownRowsError(table, unknown);
}

/** The migration with errors that name it, since TypeORM's do not. */
function attributed(
  name: string,
  instance: MigrationInterface,
  { transaction }: TypeormHistory,
  direction: TypeormDirection,
): MigrationInterface {
  const hint =
    transaction === 'all'
      ? undefined
      : `Those before it are committed and noted in TypeORM's table: the next run goes on with ${name}.`;
  const attempt = async (work: (runner: QueryRunner) => Promise<unknown>, runner: QueryRunner): Promise<void> => {
    const letGo = keepRepositories(runner.manager);
    try {
      await work.call(instance, runner);
    } catch (error) {
      throw new TypeormMigrationError(name, direction, hint, error);
    } finally {
      letGo();
    }
  };
  return {
    name,
    ...(instance.transaction === undefined ? undefined : { transaction: instance.transaction }),
    up: (runner) => attempt(instance.up, runner),
    down: (runner) => attempt(instance.down, runner),
  };
}

/**
 * TypeORM's executor for these migrations and this table, whatever the options of the data source are. It logs nothing: what it
 * would print is in the results and errors of the run.
 */
async function executorOf(
  dataSource: DataSource,
  runner: QueryRunner,
  table: string,
  migrations: readonly MigrationInterface[],
): Promise<MigrationExecutor> {
  const { MigrationExecutor } = await import('typeorm');
  const view = Object.create(dataSource, {
    migrations: { value: migrations },
    logger: { value: Object.assign(Object.create(dataSource.logger), quiet) },
    options: { value: { ...dataSource.options, migrationsTableName: table } },
  }) as DataSource;
  // TypeORM sorts by the digits of the names; a database may have run them in another order.
  const names = migrations.map(migrationName);
  class ListedOrder extends MigrationExecutor {
    protected override getMigrations(): Migration[] {
      return super.getMigrations().sort((one, other) => names.indexOf(one.name) - names.indexOf(other.name));
    }
  }
  return new ListedOrder(view, runner);
}

const quiet = { log: () => undefined, logMigration: () => undefined, logSchemaBuild: () => undefined };

function tablePath({ driver, options }: DataSource, table: string): string {
  const { schema } = options as { readonly schema?: string };
  return driver.buildTableName(table, schema, driver.database);
}

/**
 * Drops TypeORM's table when it is empty: TypeORM creates it again when it needs it. Its own `dropTable` is not used, since it sends
 * several statements at the same time, which the driver of PostgreSQL warns of.
 */
async function dropIfEmpty(dataSource: DataSource, runner: QueryRunner, table: string): Promise<void> {
  if ((await readTypeormTable(dataSource, runner, table))?.length !== 0) return;
  const path = tablePath(dataSource, table).split('.');
  await runner.query(`DROP TABLE ${path.map((part) => dataSource.driver.escape(part)).join('.')}`);
}
