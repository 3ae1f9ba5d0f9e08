import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { SHORT_LIVED } from '../support/short-lived.js';

const packageRoot = resolve(__dirname, '../..');
const fixtures = join(packageRoot, 'test/fixtures/cli');
const nestCmdPath = join(packageRoot, 'dist/cli/nest-cmd.js');

export interface CommandRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** A folder outside this repository in which fixture applications find this package installed, as built. */
export class CliWorkspace {
  readonly root = mkdtempSync(join(tmpdir(), 'nest-cmd-e2e-'));

  constructor() {
    if (!existsSync(nestCmdPath)) throw new Error('Run `npm run build` before these tests.');
    const modules = join(packageRoot, 'node_modules');
    mkdirSync(join(this.root, 'node_modules'));
    for (const name of readdirSync(modules).filter((entry) => !entry.startsWith('.') && entry !== 'nestjs-migrate')) {
      symlinkSync(join(modules, name), join(this.root, 'node_modules', name));
    }
    symlinkSync(packageRoot, join(this.root, 'node_modules/nestjs-migrate'));
  }

  /** Copies a fixture. @returns its folder */
  add(fixture: string, folder = fixture): string {
    const target = join(this.root, folder);
    cpSync(join(fixtures, fixture), target, { recursive: true });
    return target;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A workspace with one application that has an empty repository, for the tests of a `describe`. */
export function useRepository(): { workspace: CliWorkspace; app: string } {
  const made = {} as { workspace: CliWorkspace; app: string };
  beforeAll(async () => {
    made.workspace = new CliWorkspace();
    made.app = made.workspace.add('commonjs');
    await nestCmd(made.app, ['db', 'init']);
  });
  afterAll(() => made.workspace.remove());
  return made;
}

/** Runs the built `nest-cmd` as a process of its own, in a folder. */
export function nestCmd(cwd: string, args: readonly string[], env: Record<string, string> = {}): Promise<CommandRun> {
  return runNode(cwd, [nestCmdPath, ...args], env);
}

/** What starts the built `nest-cmd`: a program, and its arguments. */
export function commandLine(args: readonly string[]): readonly string[] {
  return [process.execPath, ...SHORT_LIVED, nestCmdPath, ...args];
}

export function runNode(cwd: string, args: readonly string[], env: Record<string, string> = {}): Promise<CommandRun> {
  const started = performance.now();
  const { JEST_WORKER_ID: _worker, NODE_OPTIONS: _options, NODE_ENV: _env, ...all } = process.env;
  // Jest asks its workers for colours wherever it prints them itself, and CI counts as such a place.
  const { FORCE_COLOR: _colours, CI: _ci, ...inherited } = all;
  const child = spawn(process.execPath, [...SHORT_LIVED, ...args], { cwd, env: { ...inherited, ...env } });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('close', (code) => done({ code, ...out, ms: performance.now() - started }));
  });
}

/** Compiles an application's src to dist as `nest build` does, without checking types; aliases become relative. */
export function build(application: string, module: ts.ModuleKind): void {
  for (const path of readdirSync(join(application, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts')) continue;
    const depth = path.split('/').length - 1;
    const source = readFileSync(join(application, 'src', path), 'utf8')
      .replaceAll("'@shop/", `'./${'../'.repeat(depth)}`)
      .replaceAll("'#entities/", `'./${'../'.repeat(depth)}entities/`);
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: {
        module,
        target: ts.ScriptTarget.ES2022,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        useDefineForClassFields: false,
      },
    });
    const target = join(application, 'dist', path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
}
