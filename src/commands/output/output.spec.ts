import { MigrateError } from '../../errors/migrate.error.js';
import { MigrationFailedError } from '../../errors/runtime.errors.js';
import { MigrateOptionsError } from '../../errors/service.errors.js';
import { reportError } from './error-report.js';
import { Output } from './output.js';
import { finalExitCode } from './streams.js';

const hostile = 'a\x1b]0;title\x07\x1b[2J\u202eb\x9b1m';
const shown = 'a\\x1b]0;title\\x07\\x1b[2J\\u202eb\\x9b1m';

/** What is printed on a terminal with colours, or without. */
function printed(print: (output: Output) => void, env: Record<string, string> = { NO_COLOR: '1' }): string {
  let text = '';
  const stream = { write: (part: string) => (text += part), isTTY: true };
  print(new Output(stream, stream, env));
  return text;
}

describe('what a terminal would obey is shown as escapes', () => {
  it.each<[string, (output: Output) => void, string]>([
    ['in data', (output) => output.line(hostile), `${shown}\n`],
    ['in news', (output) => output.info(hostile), `INFO  ${shown}\n`],
    ['in warnings', (output) => output.warn(hostile), `WARN  ${shown}\n`],
    ['in queries', (output) => output.debug(hostile), `DEBUG ${shown}\n`],
    ['in errors', (output) => output.error(hostile, hostile), `Error: ${shown}\n${shown}\n`],
    ['in stacks', (output) => output.log(hostile), `${shown}\n`],
    ['in names with a colour', (output) => output.line(output.style.yellow(hostile)), `${shown}\n`],
  ])('%s', (_, print, text) => {
    expect(printed(print)).toBe(text);
  });

  it('and colours are the only ones that a terminal gets', () => {
    const text = printed(
      (output) => output.line(`${output.style.yellow(hostile)} ${output.style.green('(head)')}`),
      {},
    );
    expect(text).toBe(`\x1b[33m${shown}\x1b[39m \x1b[32m(head)\x1b[39m\n`);
  });

  it('in a document, whose values stay', () => {
    const text = printed((output) => output.json({ message: hostile }));
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(JSON.parse(text)).toEqual({ message: hostile });
  });

  it('but not in a script', () => {
    expect(printed((output) => output.exactLine(`INSERT INTO t VALUES ('${hostile}');`))).toContain(hostile);
  });
});

describe('lines at a terminal', () => {
  const atTerminal = (columns: number, isTTY: boolean, print: (output: Output) => void): string => {
    let text = '';
    const stream = { write: (part: string) => (text += part), isTTY, columns };
    print(new Output(stream, stream, { NO_COLOR: '1' }));
    return text;
  };

  it.each<[string, (output: Output) => void, string]>([
    [
      'news go on under their text',
      (output) => output.info('one two "three four"'),
      'INFO  one two\n      "three four"\n',
    ],
    ['warnings too', (output) => output.warn('one two three'), 'WARN  one two\n      three\n'],
    [
      'errors and hints do not',
      (output) => output.error('one two three', 'four five six seven'),
      'Error: one two\nthree\nfour five six\nseven\n',
    ],
    [
      'an error that begins with a path',
      (output) => output.error('/one/two/three/four is'),
      'Error: /one/two/three/four\nis\n',
    ],
    ['data stays as it is', (output) => output.line('one two three four five'), 'one two three four five\n'],
    ['a script stays as it is', (output) => output.exactLine('one two three four five'), 'one two three four five\n'],
    ['stacks stay as they are', (output) => output.log('one two three four five'), 'one two three four five\n'],
  ])('%s', (_what, print, text) => {
    expect(atTerminal(18, true, print)).toBe(text);
  });

  it('are not broken where there is no terminal', () => {
    expect(atTerminal(18, false, (output) => output.info('one two three four five'))).toBe(
      'INFO  one two three four five\n',
    );
  });
});

describe('commands in messages', () => {
  class Refused extends MigrateError {
    readonly code = 'REFUSED';
  }

  it.each([
    ['npx nest-cmd db', 'Run `npx nest-cmd db upgrade`.'],
    ['npx nest-cmd books', 'Run `npx nest-cmd books upgrade`.'],
    ['db', 'Run `db upgrade`.'],
  ])('are as they are typed there: %s', (usage, expected) => {
    const text = printed((output) => {
      output.usage = usage;
      output.info('Run `npx nest-cmd db upgrade`.');
      const error = new Refused('Run `npx nest-cmd db upgrade`.', { hint: 'Run `npx nest-cmd db upgrade`.' });
      reportError(error, output, { debug: false, json: true });
    });
    expect(text.split(expected)).toHaveLength(6);
  });
});

describe('an enormous error', () => {
  it.each<[string, unknown]>([
    ['of an application', new Error('x'.repeat(5_000_000))],
    ['of a single word of 40 MB', new Error('x'.repeat(40_000_000))],
    ['of nothing but line breaks', new Error('\n'.repeat(3_000_000))],
    ['of many words', new Error('word '.repeat(1_000_000))],
    ['of this package', new MigrateOptionsError(`Unknown: ${'y'.repeat(50_000)}`, { hint: 'z'.repeat(50_000) })],
    ['that is text', 'x'.repeat(5_000_000)],
  ])('is cut: %s', (_, error) => {
    for (const debug of [false, true]) {
      const text = printed((output) => reportError(error, output, { debug, json: true }));
      expect(text.length).toBeLessThan(130_000);
      expect(text).toContain('…');
    }
    expect(printed((output) => reportError(error, output, { debug: false, json: false })).length).toBeLessThan(11_000);
  });
});

it('prints what a failed run has kept, and where it failed, in the document of its error', () => {
  const failure = {
    dataSource: 'default',
    direction: 'upgrade',
    revision: 'b2',
    file: '/app/migrations/versions/b2.ts',
    line: 9,
    statement: 'INSERT INTO t VALUES (1)',
    reason: 'duplicate key',
    databaseCode: '23505',
    kept: ['a1'],
    rolledBack: [],
    keptStatements: 2,
    current: ['a1'],
  };
  const error = new MigrationFailedError({ ...failure, hint: 'Look.' }, new Error('duplicate key'));
  let text = '';
  const quiet = { write: () => true };
  const output = new Output({ write: (part: string) => (text += part) }, quiet, {});
  reportError(error, output, { debug: false, json: true });
  expect(JSON.parse(text)).toEqual({
    error: { code: 'MIGRATION_FAILED', message: expect.any(String), hint: expect.stringContaining('Look.'), failure },
  });
});

it.each([
  [0, undefined, 0],
  [0, 3, 3],
  [0, '4', 4],
  [1, 3, 1],
  [130, undefined, 130],
])('ends with the code of the command, %i, or with one that a revision has set: %s', (code, set, exit) => {
  expect(finalExitCode(code, set)).toBe(exit);
});
