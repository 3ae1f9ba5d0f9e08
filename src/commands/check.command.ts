import { MigrateError } from '../errors/migrate.error.js';
import { describeOperations } from '../operations/describe/describe-all.js';
import type { PlannedOperation } from '../results.js';
import type { MigrationService } from '../service/migration.service.js';
import type { CommandResult, DbCommand } from './command-host.js';
import { answered } from './output/answered.js';
import { findingLines, hasFindings } from './output/findings.js';
import type { Output } from './output/output.js';

/** `db check` */
export const check: DbCommand = {
  mentionsOthers: true,
  declare: (group) =>
    group
      .command('check')
      .summary('fail when a revision is missing')
      .description('Compare the entities with the database: exit 1 when migrate would write something.')
      .option('--verify', 'fail also for what `verify` finds'),
  run: async ({ open, options, output }) => {
    const migrations = await open();
    return options.flag('verify') ? checkAndVerify(migrations, output) : checkAlone(migrations);
  },
};

async function checkAlone(migrations: MigrationService): Promise<CommandResult> {
  const { answer: found, failure } = await answered(migrations.check());
  return {
    json: found,
    text: found.length > 0 || failure === undefined ? operationLines(found, migrations) : [],
    exitCode: found.length > 0 ? 1 : 0,
    failure,
  };
}

/** Both: a database that cannot be compared, as it is not at the heads, is verified all the same. */
async function checkAndVerify(migrations: MigrationService, output: Output): Promise<CommandResult> {
  const { answer: reports, failure: unverified } = await answered(migrations.verify());
  const { found, failure: uncompared } = await compared(migrations);
  const failure = uncompared ?? unverified;
  const isDrifted = hasFindings(reports);
  const lines = findingLines(reports, migrations.dataSources.length > 1).map((line) => output.spoken(line));
  return {
    json: { operations: found, verify: reports },
    text: [
      ...(found.length > 0 || uncompared === undefined ? operationLines(found, migrations) : []),
      ...(isDrifted || unverified !== undefined ? lines : ['All is as the revisions left it.']),
    ],
    exitCode: found.length > 0 || isDrifted ? 1 : 0,
    failure,
  };
}

async function compared(
  migrations: MigrationService,
): Promise<{ readonly found: readonly PlannedOperation[]; readonly failure?: MigrateError }> {
  try {
    const { answer, failure } = await answered(migrations.check());
    return { found: answer, ...(failure && { failure }) };
  } catch (error) {
    if (error instanceof MigrateError) return { found: [], failure: error };
    throw error;
  }
}

function operationLines(found: readonly PlannedOperation[], { dataSources }: MigrationService): readonly string[] {
  if (found.length === 0) return ['No new upgrade operations detected.'];
  const named = dataSources.length > 1;
  const sources = [...new Set(found.map(({ dataSource }) => dataSource))];
  const lines = sources.flatMap((source) =>
    describeOperations(found.filter(({ dataSource }) => dataSource === source)).map(
      (text) => `  ${named ? `[${source}] ` : ''}${text}`,
    ),
  );
  return ['New upgrade operations detected:', ...lines];
}
