import { Ansis } from 'ansis';
import type { MigrationOverrides, StepNotice } from '../../migration.requests.js';

/** A stream as far as printing needs it. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** The colours of a stream; plain text where it is no terminal, or the user wants none. */
export type Style = Pick<Ansis, 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold'>;

/** Where commands print: data to stdout, everything else to stderr. */
export class Output {
  readonly style: Style;
  private readonly logStyle: Style;

  constructor(
    private readonly stdout: TextStream,
    private readonly stderr: TextStream,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.style = styleOf(stdout, env);
    this.logStyle = styleOf(stderr, env);
  }

  line(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  json(document: unknown): void {
    this.line(
      JSON.stringify(document, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2),
    );
  }

  info(message: string): void {
    this.stderr.write(`${this.logStyle.dim('INFO ')} ${message}\n`);
  }

  debug(message: string): void {
    this.stderr.write(`${this.logStyle.dim('DEBUG')} ${message}\n`);
  }

  warn(message: string): void {
    this.stderr.write(`${this.logStyle.yellow('WARN ')} ${message}\n`);
  }

  error(message: string, hint?: string): void {
    this.stderr.write(`${this.logStyle.red('Error:')} ${message}\n`);
    if (hint !== undefined) this.stderr.write(`${this.logStyle.dim(hint)}\n`);
  }

  /** Text as it is, for stacks and usage errors. */
  log(text: string): void {
    this.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Text as it is, for help. */
  raw(text: string): void {
    this.stdout.write(text);
  }
}

/**
 * Tells of a run as it goes on.
 *
 * @param named whether lines say which data source they are about
 * @param debug whether to tell of the statements that are no revision's
 * @param onStep given each step as it begins, as a noun phrase: `upgrade of a1b2`
 */
export function progress(
  output: Output,
  { named, debug, onStep }: { named: boolean; debug: boolean; onStep: (step: string) => void },
): MigrationOverrides {
  const about = (dataSource: string | undefined): string =>
    named && dataSource !== undefined ? `[${dataSource}] ` : '';
  return {
    onStep: (step) => {
      output.info(`${about(step.dataSource)}Running ${describeStep(step)}`);
      onStep(
        `${step.kind} of ${about(step.dataSource)}${(step.kind === 'downgrade' ? step.from : step.to).join(', ')}`,
      );
    },
    onWait: (dataSource) =>
      output.info(
        `${about(dataSource)}Another process is running migrations on this database; waiting for it to finish`,
      ),
    onNotice: ({ level, message, dataSource }) =>
      level === 'warning' ? output.warn(about(dataSource) + message) : output.info(about(dataSource) + message),
    ...(debug && {
      onQuery: ({ dataSource, sql }) => output.debug(`${about(dataSource)}${sql.replaceAll(/\s+/g, ' ').trim()}`),
    }),
  };
}

/** `upgrade a1 -> b2, add email`: base is empty on either side, as Alembic prints it. */
function describeStep({ kind, from, to, message }: StepNotice): string {
  const name = kind === 'stamp' ? 'stamp_revision' : kind;
  return `${name} ${from.join(', ')} -> ${to.join(', ')}${message === '' ? '' : `, ${message}`}`;
}

function styleOf(stream: TextStream, env: Readonly<Record<string, string | undefined>>): Style {
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return new Ansis(!refused && (forced || stream.isTTY === true) ? 1 : 0);
}
