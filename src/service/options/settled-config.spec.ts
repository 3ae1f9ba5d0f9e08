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

it.each<[unknown, string, string]>([
  [{ levels: { a: 'fatal' } }, `the level "fatal" for 'a'`, "Did you mean 'error'? lint: { levels: { 'a': 'error' } }"],
  [
    { levels: { a: 'warn' } },
    `the level "warn" for 'a'`,
    "Did you mean 'warning'? lint: { levels: { 'a': 'warning' } }",
  ],
  [{ levels: { a: 2 } }, `the level 2 for 'a'`, "Did you mean 'error'? lint: { levels: { 'a': 'error' } }"],
  [{ levels: { a: 'off' } }, `the level "off" for 'a'`, "To switch the rule off: lint: { allow: ['a'] }"],
  [{ level: {} }, 'has no part "level".', 'Did you mean `levels`?'],
  [{ allow: 'a' }, 'has "a" as `allow`', "lint: { allow: ['small-primary-key'] }"],
])('lint cannot be %j', (lint, problem, hint) => {
  expect(() => settledConfig({ ...config, lint } as unknown as MigrateConfig)).toThrow(
    expect.objectContaining({ code: 'MIGRATE_OPTIONS', message: expect.stringContaining(problem), hint }),
  );
});
