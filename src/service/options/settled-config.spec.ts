import type { MigrateConfig } from './options.js';
import { settledConfig } from './settled-config.js';

const config: MigrateConfig = {
  command: 'migrate',
  dataSource: 'default',
  directory: '/migrations',
  versionTable: 'migrate_version',
  transactionPerMigration: false,
  lockTimeout: 2_000,
  lockAttempts: 10,
  statementTimeout: 0,
  revisionTimeout: 0,
  runnerTimeout: 600_000,
  lock: 'auto',
  onDataLoss: 'ask',
  online: 'off',
  connectTimeout: 10_000,
  waitForDatabase: 0,
  includeSchemas: [],
  xArgs: {},
};

it('times may be text, as they are in the environment', () => {
  const given = { ...config, lockTimeout: '2000', runnerTimeout: ' 60000' } as unknown as MigrateConfig;
  expect(settledConfig(given)).toEqual({ ...config, lockTimeout: 2_000, runnerTimeout: 60_000 });
});

it.each<[string, unknown, string]>([
  ['lockTimeout', 'soon', 'a number of milliseconds, not "soon"'],
  ['runnerTimeout', -1, 'a number of milliseconds, not -1'],
  ['statementTimeout', undefined, 'a number of milliseconds, not undefined'],
  ['includeSchemas', 'sales', 'a list of names, not "sales"'],
  ['includeObject', true, 'a function, not true'],
  ['lock', 'row', "'auto', 'session', 'lease' or 'none', not \"row\""],
  ['compareType', 'yes', 'true, false or a function, not "yes"'],
])('%s cannot be %p', (name, value, problem) => {
  expect(() => settledConfig({ ...config, [name]: value })).toThrow(
    expect.objectContaining({
      code: 'MIGRATE_OPTIONS',
      message: `The migration option "${name}" must be ${problem}.`,
    }),
  );
});
