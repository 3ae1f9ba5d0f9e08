import type { TextStream } from './text-stream.js';

/** Standard output, kept for the data that a command prints. */
export interface ClaimedStdout extends TextStream {
  /** Gives standard output back to the application. */
  readonly release: () => void;
  /** Ends the process when everything is written, whatever still runs in it. */
  readonly exit: (code: number) => void;
}

/**
 * Sends to stderr whatever the application writes to stdout: log lines, the queries that TypeORM logs, a banner. What
 * reads the output of `nest-cmd db heads --json` must find one document.
 */
export function claimStdout(): ClaimedStdout {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  // A reader that has seen enough (`| head -1`) is no error, and no reason to end a run half-way.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  // Its `write` may be replaced while a line at the end of the terminal is shown.
  stdout.write = ((...args: Parameters<typeof stderr.write>) => stderr.write(...args)) as typeof stdout.write;
  return {
    isTTY: stdout.isTTY,
    // The window may be made wider or narrower while the command works.
    get columns() {
      return stdout.columns;
    },
    write: (text) => write(text),
    release: () => {
      stdout.write = write as typeof stdout.write;
    },
    exit: (code) => {
      const own = finalExitCode(code, process.exitCode);
      process.exitCode = own;
      write('', () => stderr.write('', () => process.exit(own)));
    },
  };
}

/** The exit code of a process whose command has ended with `code`: one that a revision or the application has set stays where all is well. */
export function finalExitCode(code: number, set: number | string | null | undefined): number {
  return code === 0 ? Number(set) || 0 : code;
}
