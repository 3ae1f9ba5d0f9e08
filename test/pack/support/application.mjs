import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './process.mjs';

/** For a process that ends within a second: what it compiles for a longer life takes a fifth of its time. */
const SHORT_LIVED = ['--no-opt', '--single-threaded-gc'];

/** A fresh application, and what its user does with it. */
export class Application {
  /** The Node that its programs run on. */
  node = process.execPath;

  constructor(installation, name) {
    this.installation = installation;
    this.name = name;
    this.directory = join(installation.directory, name);
    mkdirSync(this.directory, { recursive: true });
    // Bundlers look here for what to leave outside, and nowhere above.
    symlinkSync(join(installation.directory, 'node_modules'), join(this.directory, 'node_modules'));
  }

  write(files) {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.directory, path)), { recursive: true });
      writeFileSync(
        join(this.directory, path),
        typeof content === 'string' ? content : JSON.stringify(content, null, 2),
      );
    }
  }

  copy(from, to = '.') {
    cpSync(from, join(this.directory, to), { recursive: true });
  }

  read(path) {
    return readFileSync(join(this.directory, path), 'utf8');
  }

  has(path) {
    return existsSync(join(this.directory, path));
  }

  remove(...paths) {
    for (const path of paths) rmSync(join(this.directory, path), { recursive: true, force: true });
  }

  /** Makes a file look as if it had been changed after everything that is there. */
  touch(path) {
    const time = new Date(Date.now() + 1000);
    utimesSync(join(this.directory, path), time, time);
  }

  check(what, isRight, details) {
    this.installation.report.check(`${this.name}: ${what}`, isRight, details);
  }

  /** Runs a program of the installation, or `node`, without judging how it ends. */
  run(program, args, env) {
    const script = program === 'node' ? [] : [this.installation.program(program)];
    const flags = program === 'nest-cmd' ? SHORT_LIVED : [];
    return run(this.directory, this.node, [...flags, ...script, ...args], env);
  }

  /** The same, for what has to end with 0. @returns what was printed on stdout */
  succeed(what, program, args, env) {
    const { isRight, stdout, output } = this.run(program, args, env);
    this.check(what, isRight, output);
    return stdout;
  }

  /** `nest-cmd db …`, which has to end with 0. @returns what was printed on stdout */
  db(...args) {
    return this.succeed(`nest-cmd db ${args.join(' ')}`, 'nest-cmd', ['db', ...args]);
  }

  /** From no repository to a database that the entities agree with. */
  takeFirstSteps(...options) {
    this.db('init', ...options);
    this.db('migrate', '-m', 'initial', ...options);
    this.db('upgrade', ...options);
    this.db('check', ...options);
  }
}
