import { Command } from 'commander';
import { CommandOptions } from './command-options.js';

/** The options of `db upgrade`, with these variables. */
function optionsOf(env: Record<string, string>): CommandOptions {
  const group = new Command('db').option('-d, --directory <dir>').option('--json').option('--wait <seconds>');
  const command = group.command('upgrade').option('--tag <word>').option('--sql');
  return new CommandOptions(command, group, { cwd: process.cwd(), group: 'db', env });
}

it.each(['NEST_DB_DIRECTORY', 'NEST_DB_UPGRADE_DIRECTORY'])('an empty %s names no directory', (variable) => {
  expect(optionsOf({ [variable]: '' }).texts('directory')).toEqual({});
  expect(optionsOf({ [variable]: 'here' }).texts('directory')).toEqual({ directory: 'here' });
});

it('an empty variable of one command leaves that of the group', () => {
  const env = { NEST_DB_UPGRADE_DIRECTORY: '', NEST_DB_DIRECTORY: 'shared' };
  expect(optionsOf(env).text('directory')).toBe('shared');
});

it('other empty variables are not given either', () => {
  const options = optionsOf({ NEST_DB_UPGRADE_TAG: '', NEST_DB_JSON: '', NEST_DB_WAIT: '', NEST_DB_UPGRADE_SQL: '' });
  expect(options.text('tag')).toBeUndefined();
  expect(options.flag('json')).toBe(false);
  expect(options.flag('sql')).toBe(false);
  expect(options.number('wait', 'seconds')).toBeUndefined();
  expect(options.list('dataSource')).toEqual([]);
});

it.each([
  ['NEST_DB_FLEET_UPGRADE_SHARD', '1/2'],
  ['NEST_DB_FLEET_SHARD', '2/2'],
  ['NEST_DB_SHARD', undefined],
])('%s is for an option of a command in a group of its own', (variable, shard) => {
  const group = new Command('db').option('--json');
  const command = group.command('fleet').command('upgrade').option('--shard <part>');
  const env = { [variable]: shard ?? '1/9', NEST_DB_JSON: 'yes' };
  const options = new CommandOptions(command, group, { cwd: process.cwd(), group: 'db', env });
  expect(options.text('shard')).toBe(shard);
  expect(options.flag('json')).toBe(true);
});
