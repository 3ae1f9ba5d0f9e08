import { Ansis } from 'ansis';
import { shortened } from '../../errors/shown.js';
import { visible, visibleJson } from '../../errors/visible.js';
import type { MigrationOverrides, StepNotice } from '../../migration.requests.js';

/** A stream as far as printing needs it. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Gives colour to parts of a line; `Output` prints them, and nothing else, as what a terminal obeys. */
export type Style = Readonly<Record<'yellow' | 'green' | 'cyan', (text: string) => string>>;

/** Characters that Unicode keeps for a program's own use inside: each begins a colour, and the last ends it. */
const marks = { yellow: '\uFDD0', green: '\uFDD1', cyan: '\uFDD2', end: '\uFDD3' } as const;
const coloured = /([\uFDD0-\uFDD2])([^\uFDD0-\uFDD3]*)\uFDD3/g;

/** Marks what is to be coloured. */
export const style: Style = {
  yellow: (text) => `${marks.yellow}${text}${marks.end}`,
  green: (text) => `${marks.green}${text}${marks.end}`,
  cyan: (text) => `${marks.cyan}${text}${marks.end}`,
};

/** A text that an application threw may be megabytes. */
const LONGEST_LOG = 50_000;

/** Where commands print: data to stdout, everything else to stderr. */
export class Output {
  readonly style = style;
  private readonly colours: Ansis;
  private readonly logColours: Ansis;

  constructor(
    private readonly stdout: TextStream,
    private readonly stderr: TextStream,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.colours = coloursOf(stdout, env);
    this.logColours = coloursOf(stderr, env);
  }

  line(text: string): void {
    this.stdout.write(`${this.inColour(visible(text))}\n`);
  }

  /** A line as it is, of a script: what is in its texts goes to a database. */
  exactLine(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  json(document: unknown): void {
    this.exactLine(
      visibleJson(
        JSON.stringify(document, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2),
      ),
    );
  }

  info(message: string): void {
    this.stderr.write(`${this.logColours.dim('INFO ')} ${visible(message)}\n`);
  }

  debug(message: string): void {
    this.stderr.write(`${this.logColours.dim('DEBUG')} ${visible(message)}\n`);
  }

  warn(message: string): void {
    this.stderr.write(`${this.logColours.yellow('WARN ')} ${visible(message)}\n`);
  }

  error(message: string, hint?: string): void {
    this.stderr.write(`${this.logColours.red('Error:')} ${visible(message)}\n`);
    if (hint !== undefined) this.stderr.write(`${this.logColours.dim(visible(hint))}\n`);
  }

  /** Stacks and usage errors. */
  log(text: string): void {
    const shown = visible(shortened(text, LONGEST_LOG));
    this.stderr.write(shown.endsWith('\n') ? shown : `${shown}\n`);
  }

  /** Text as it is, for help. */
  raw(text: string): void {
    this.stdout.write(text);
  }

  private inColour(text: string): string {
    const colours = { [marks.yellow]: 'yellow', [marks.green]: 'green', [marks.cyan]: 'cyan' } as const;
    return text.replace(coloured, (_all, mark: keyof typeof colours, inner: string) =>
      this.colours[colours[mark]](inner),
    );
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

function coloursOf(stream: TextStream, env: Readonly<Record<string, string | undefined>>): Ansis {
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return new Ansis(!refused && (forced || stream.isTTY === true) ? 1 : 0);
}
