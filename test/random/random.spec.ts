import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as fc from 'fast-check';

const root = join(__dirname, '../..');
const thisSpec = 'test/random/random.spec.ts';

/** Set for the run inside of the tests below: then the property is wrong. */
const limit = process.env['RANDOM_SPEC_LIMIT'];

/** What `npm run test:random -- ARGUMENTS` prints, and its exit code. */
function testRandom(...given: readonly string[]): { readonly status: number | null; readonly output: string } {
  const env = { ...process.env, RANDOM_SPEC_LIMIT: '1000' };
  const command = [join(root, 'test/random/run.mjs'), ...given];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

const seedsIn = (output: string): string[] => [...output.matchAll(/: seed (\d+)/g)].map(([, seed]) => seed!);
const casesIn = (output: string): string[] => output.match(/Counterexample: .*/g) ?? [];

describe('the command for new random cases', () => {
  it('draws from a range (no more than this)', () => {
    fc.assert(
      fc.property(fc.nat(), (number) => {
        expect(number).toBeLessThan(Number(limit ?? Infinity));
      }),
    );
  });

  it('ends with the command that repeats a failure, and the same case fails', () => {
    const found = testRandom(thisSpec, '-t', 'draws from a range');
    expect(found.status).toBe(1);
    expect(casesIn(found.output)).toHaveLength(1);
    const [, line = ''] = /npm run test:random -- (.*)\n$/.exec(found.output) ?? [];
    const repeated = testRandom(
      ...line.split(' -t ').flatMap((part, at) => (at === 0 ? part.split(' ') : ['-t', JSON.parse(part)])),
    );
    expect(repeated.status).toBe(1);
    expect(casesIn(repeated.output)).toEqual(casesIn(found.output));
    expect(seedsIn(repeated.output)).toEqual(seedsIn(found.output));
  }, 120_000);

  it('draws a new seed in each round', () => {
    const { output } = testRandom('--rounds', '2', thisSpec, '-t', 'draws from a range');
    expect(new Set(seedsIn(output)).size).toBe(2);
    expect(output.match(/npm run test:random/g)).toHaveLength(1);
  }, 120_000);

  it.each([
    ['a time that is none', ['--minutes', 'ten'], /--minutes ten is not a positive number/],
    ['no rounds', ['--rounds', '0'], /--rounds 0 is not a positive whole number/],
    ['a seed for several rounds', ['--seed=1', '--rounds', '2'], /a seed is one round/],
    ['an option that there is not', ['--round', '1'], /Unknown option '--round'/],
    ['a folder without property tests', ['src/commands'], /No spec with a property test is below src\/commands/],
  ])('refuses %s', (_what, given, message) => {
    const { status, output } = testRandom(...given);
    expect(output).toMatch(message);
    expect(status).toBe(2);
  });
});
