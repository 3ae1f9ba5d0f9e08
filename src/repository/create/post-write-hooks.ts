import { spawn } from 'node:child_process';
import { delimiter, dirname, join, resolve } from 'node:path';
import { PostWriteHookError } from '../../errors/repository-files.errors.js';
import { messageOf, tamed } from '../../errors/thrown.js';
import type { PostWriteHook, ProgramHook } from '../settings.js';

const placeholder = 'REVISION_SCRIPT_FILENAME';

/**
 * Runs the hooks on a new file, one after the other.
 *
 * @throws PostWriteHookError at the first one that fails; those after it are not run
 */
export async function runPostWriteHooks(
  hooks: readonly PostWriteHook[],
  file: string,
  directory: string,
): Promise<void> {
  for (const hook of hooks) {
    if ('run' in hook) await callHook(hook, file);
    else await runHook(hook, file, directory);
  }
}

async function callHook({ name, run }: Extract<PostWriteHook, { run: unknown }>, file: string): Promise<void> {
  try {
    await run(file);
  } catch (error) {
    throw new PostWriteHookError(name, file, 'threw', messageOf(error), tamed(error));
  }
}

async function runHook(hook: ProgramHook, file: string, directory: string): Promise<void> {
  const { status, output, error } = await execute(hook, argumentsFor(hook, file), directory);
  if (status !== 0) throw new PostWriteHookError(hook.name, file, status, output, error);
}

function argumentsFor({ args = [] }: ProgramHook, file: string): string[] {
  const filled = args.map((argument) => argument.replaceAll(placeholder, file));
  return args.some((argument) => argument.includes(placeholder)) ? filled : [file, ...filled];
}

interface Execution {
  readonly status: number | null;
  /** What it printed, on both streams. */
  readonly output: string;
  readonly error?: Error;
}

/** On Windows the programs of npm are scripts of the shell, which must then be asked, and wants its arguments quoted. */
function execute({ command, cwd }: ProgramHook, args: readonly string[], directory: string): Promise<Execution> {
  const shell = process.platform === 'win32';
  return new Promise((done) => {
    const child = spawn(command, shell ? args.map((argument) => `"${argument.replaceAll('"', '""')}"`) : args, {
      cwd: cwd === undefined ? process.cwd() : resolve(directory, cwd),
      env: { ...process.env, PATH: searchPath(directory) },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell,
    });
    const chunks: Buffer[] = [];
    const output = (): string => Buffer.concat(chunks).toString('utf8').trim();
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', (error) => done({ status: null, output: error.message, error }));
    child.once('close', (status) => done({ status, output: output() }));
  });
}

/** The programs of the application come first, as in the scripts of its package.json. */
function searchPath(directory: string): string {
  const places: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    places.push(join(at, 'node_modules', '.bin'));
    if (dirname(at) === at) break;
  }
  return [...places, process.env['PATH'] ?? ''].join(delimiter);
}
