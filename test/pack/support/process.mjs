import { spawnSync } from 'node:child_process';

/** What npm tells the scripts of this repository, an application of its own must not see. */
function environment(more) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_package_'));
  return { ...Object.fromEntries(own), ...more };
}

/**
 * Runs a program to its end, two minutes at most.
 *
 * @returns whether it exited with 0, what it printed, and both with the command line, for people to read
 */
export function run(cwd, command, args, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: environment(env),
    encoding: 'utf8',
    timeout: 120_000,
  });
  const output = `$ ${[command, ...args].join(' ')}\n${stdout}${stderr}${error === undefined ? '' : error.message}`;
  return { isRight: status === 0, stdout: stdout ?? '', stderr: stderr ?? '', output };
}
