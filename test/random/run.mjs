/**
 * Runs the property tests with new seeds: every spec that uses fast-check, as it is in `npm test`, but with other cases.
 *
 *     npm run test:random                                          one round
 *     npm run test:random -- --minutes 10                          rounds until ten minutes are over
 *     npm run test:random -- --rounds 3 src/operations             three rounds of some specs
 *     npm run test:random -- --seed 7 src/operations -t "reverse"  one round again
 *
 * Each round prints its seed. A failure is printed with its case, and the last lines are the commands that repeat the
 * failures. Ends with 1 when there was one.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values, positionals } = given();
const specs = propertySpecs();
if (specs.length === 0) refuse(`No spec with a property test is below ${positionals.join(', ')}.`);

const deadline = performance.now() + Number(values.minutes ?? 0) * 60_000;
const failures = [];
for (let round = 1; round === 1 || isToGoOn(round); round += 1) {
  const seed = values.seed ?? String(randomInt(2 ** 31));
  console.log(`\n=== Round ${round}: seed ${seed}, ${specs.length} specs`);
  failures.push(...(await runRound(seed)));
}
if (failures.length > 0) {
  console.log('\nThis repeats what failed:\n');
  const byTest = new Map(failures.map((failure) => [`${failure.spec} ${failure.name}`, failure]));
  for (const { seed, spec, name } of byTest.values()) console.log(`    ${commandFor(seed, spec, name)}`);
}
process.exitCode = failures.length === 0 ? 0 : 1;

function isToGoOn(round) {
  return values.minutes === undefined ? round <= Number(values.rounds ?? 1) : performance.now() < deadline;
}

function given() {
  try {
    const parsed = parseArgs({
      allowPositionals: true,
      options: {
        minutes: { type: 'string' },
        rounds: { type: 'string' },
        seed: { type: 'string' },
        testNamePattern: { type: 'string', short: 't' },
      },
    });
    const { minutes, rounds: count, seed } = parsed.values;
    if (minutes !== undefined && !(Number(minutes) > 0)) refuse(`--minutes ${minutes} is not a positive number.`);
    if (count !== undefined && !/^[1-9]\d*$/.test(count)) refuse(`--rounds ${count} is not a positive whole number.`);
    if (seed !== undefined && !/^-?\d+$/.test(seed)) refuse(`--seed ${seed} is not a whole number.`);
    if ([minutes, count, seed].filter((value) => value !== undefined).length > 1) {
      refuse('Only one of --minutes, --rounds and --seed can be given: a seed is one round.');
    }
    return parsed;
  } catch (error) {
    return refuse(error.message);
  }
}

function refuse(reason) {
  console.error(reason);
  return process.exit(2);
}

/** The specs that draw cases, in the folders and files that were named, or everywhere. */
function propertySpecs() {
  const folders = ['src', 'test'].map((name) => join(root, name));
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
    .filter((file) => file.endsWith('.spec.ts') && readFileSync(file, 'utf8').includes("from 'fast-check'"))
    .map((file) => relative(root, file).split(sep).join('/'))
    .filter((file) => positionals.length === 0 || positionals.some((part) => file.includes(part)))
    .sort();
}

/** Runs the specs with a seed; resolves to the tests that failed. */
async function runRound(seed) {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-random-'));
  const report = join(folder, 'report.json');
  const started = performance.now();
  try {
    const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
    const pattern = values.testNamePattern === undefined ? [] : ['-t', values.testNamePattern];
    // A round may run at a low priority on a busy machine, where a test takes as long as it takes.
    const options = ['--silent', '--testTimeout=600000', '--json', `--outputFile=${report}`, ...pattern];
    const tests = spawn(process.execPath, [jest, '--runTestsByPath', ...specs, ...options], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { ...process.env, FC_SEED: seed },
    });
    const [status] = await once(tests, 'exit');
    const { testResults = [], numPassedTests = 0 } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
    const failed = testResults.flatMap((result) => failuresOf(result, seed));
    if (status !== 0 && failed.length === 0)
      failed.push({ seed, spec: specs.join(' '), message: 'Jest itself failed.' });
    for (const { spec, name = '', message } of failed) console.log(`\nFAILED ${spec} ${name}\n${message}`);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`--- ${numPassedTests} passed, ${failed.length} failed, ${seconds} s`);
    return failed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function failuresOf({ name, status, message, assertionResults }, seed) {
  const spec = relative(root, name).split(sep).join('/');
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (status === 'failed' && failed.length === 0) return [{ seed, spec, message }];
  return failed.map(({ fullName, failureMessages }) => ({
    seed,
    spec,
    name: fullName,
    message: failureMessages.join('\n').replaceAll(/^ +at .*node_modules.*\n?/gm, ''),
  }));
}

function commandFor(seed, spec, name) {
  const only = name === undefined ? '' : ` -t "${escaped(name)}"`;
  return `npm run test:random -- --seed=${seed} ${spec}${only}`;
}

/** The name as a regular expression: what a regular expression or a shell would read otherwise is any character. */
function escaped(name) {
  return name.replaceAll(/[^\w ,:;'/-]/g, '.');
}
