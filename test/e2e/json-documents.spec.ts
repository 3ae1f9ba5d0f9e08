import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

describe('stdout of nest-cmd with --json is one document', () => {
  const workspace = new CliWorkspace();
  afterAll(() => workspace.remove());

  it.each([
    [['db', 'heads', '--json', '--bogus'], "unknown option '--bogus'"],
    [['db', '--json', '--bogus', 'heads'], "unknown option '--bogus'"],
    [['db', 'upgarde', '--json'], "unknown command 'upgarde' (Did you mean upgrade?)"],
    [['db', '-1', '--json'], "unknown command '-1'"],
    [['db', '--json'], 'A command is missing.'],
    [['db', 'upgrade', 'a', 'b', '--json'], 'too many arguments'],
    [['db', 'history', '--json', '-r'], 'argument missing'],
    [['db', 'log', '--json', '-n', 'x'], '--limit is "x", which is no whole number of at least 1.'],
    [['db', 'status', '--json', '--timeout', '-1'], '--timeout is "-1", which is no number of milliseconds.'],
    [['db', 'fleet', '--json'], 'A command is missing.'],
    [['db', 'fleet', 'upgrade', '--waves', '1', 'head', '--json'], '--waves has "head"'],
    [['db', 'fleet', 'downgrade', '--json'], 'downgrade needs a revision to go to, or --run'],
    [['--bogus', 'db', 'heads', '--json'], "unknown option '--bogus'"],
    [['completion', 'tcsh', '--json'], 'bash, zsh and fish'],
  ])('for %j, which is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await nestCmd(workspace.root, args);
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe('USAGE');
    expect(error.message).toContain(message);
    expect(error.message).not.toMatch(/^error: |\n|[\uE000]/);
    expect(stderr).not.toBe('');
    expect(stderr).not.toContain('\uE000');
  });

  it.each([
    ['the group', ['db', 'upgarde'], { NEST_DB_JSON: 'true' }],
    ['the command', ['db', 'heads', '--bogus'], { NEST_DB_HEADS_JSON: '1' }],
  ])('for wrong usage where the variable of %s asks for it', async (_what, args, env) => {
    const { code, stdout } = await nestCmd(workspace.root, args, env as Record<string, string>);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'USAGE' } });
  });

  it('but help for people where --help is given', async () => {
    const group = await nestCmd(workspace.root, ['db', '--help', '--json']);
    expect(group).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Usage: npx nest-cmd db/) });
    expect(group.stdout).toContain('--from database');
    const command = await nestCmd(workspace.root, ['db', 'heads', '--json', '--help']);
    expect(command).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^Usage: npx nest-cmd db heads/),
    });
  });

  it('for edit, whatever the editor prints', async () => {
    const app = workspace.add('commonjs');
    await nestCmd(app, ['db', 'init']);
    await nestCmd(app, ['db', 'revision', '--rev-id', 'f1']);
    const editor = join(app, 'editor');
    writeFileSync(editor, '#!/bin/sh\necho "editing $1"\n');
    chmodSync(editor, 0o755);
    const edited = await nestCmd(app, ['db', 'edit', '--json'], { VISUAL: editor });
    expect(edited).toMatchObject({ code: 0, stderr: expect.stringContaining('editing ') });
    expect(JSON.parse(edited.stdout)).toMatchObject([{ revision: 'f1' }]);
    const plain = await nestCmd(app, ['db', 'edit'], { VISUAL: `${process.execPath} -p 6*7` });
    expect(plain).toMatchObject({ stdout: '' });
  });
});
