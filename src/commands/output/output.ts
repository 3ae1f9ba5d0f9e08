import { Ansis } from 'ansis';
import { describeWait } from '../../errors/waiting.errors.js';
import { shortened } from '../../errors/shown.js';
import { visible, visibleJson } from '../../errors/visible.js';
import { describeStep } from '../../service/run/describe-step.js';
import type { MigrationOverrides } from '../../service/requests.js';
import { LiveLine } from './live-line.js';
import type { RunProgress } from './run-progress.js';
import type { TextStream } from './text-stream.js';
import { wrapped } from './wrap.js';

/** Marks parts of a line with a colour. `Output` prints these marks as escapes of the terminal, and any other escape as text. */
export type Style = Readonly<Record<'yellow' | 'green' | 'cyan', (text: string) => string>>;

/** Unicode noncharacters, reserved for a program's internal use: each begins a colour, and the last ends it. */
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

/** `INFO  `: each label fills as many columns. */
const LABEL_COLUMNS = 6;

/** How messages write a command, whatever the command line calls it. */
const COMMAND = 'npx nest-cmd db';

/** Where commands print: data to stdout, everything else to stderr, where lines are broken at the width of a terminal. */
export class Output {
  readonly style = style;
  /** Prints no lines for people but warnings and errors: scripts and documents stay. */
  isQuiet = false;
  /** What a user types before a command, as messages are to have it. */
  usage = COMMAND;
  private readonly colours: Ansis;
  private readonly logColours: Ansis;
  private readonly isLive: boolean;

  constructor(
    private readonly stdout: TextStream,
    private readonly stderr: TextStream,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.colours = coloursOf(stdout, env);
    this.logColours = coloursOf(stderr, env);
    this.isLive = stderr.isTTY === true && env['TERM'] !== 'dumb';
  }

  line(text: string): void {
    if (this.isQuiet) return;
    this.stdout.write(`${this.inColour(visible(text))}\n`);
  }

  /** A line of a script, unchanged: string literals in it go to a database. */
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
    if (this.isQuiet) return;
    this.writeLog(this.logColours.dim('INFO '), message);
  }

  debug(message: string): void {
    this.writeLog(this.logColours.dim('DEBUG'), message);
  }

  warn(message: string): void {
    this.writeLog(this.logColours.yellow('WARN '), message);
  }

  error(message: string, hint?: string): void {
    const label = 'Error: ';
    // The label is part of the first line only, so that what follows it begins where lines begin.
    const text = this.fitted(label + message).slice(label.length);
    this.stderr.write(`${this.logColours.red(label.trim())} ${text}\n`);
    if (hint !== undefined) this.stderr.write(`${this.logColours.dim(this.fitted(hint))}\n`);
  }

  /** Prints a stack trace. */
  log(text: string): void {
    this.stderr.write(ended(visible(shortened(text, LONGEST_LOG))));
  }

  /** What is wrong with a command line, and the help that goes with it. */
  usageError(text: string): void {
    this.stderr.write(ended(this.fitted(shortened(text, LONGEST_LOG))));
  }

  /** Help, as wide as the terminal that it is printed on. */
  help(text: string): void {
    this.stdout.write(wrapped(text, widthOf(this.stdout)));
  }

  /** Text as it is, for scripts of a shell. */
  raw(text: string): void {
    this.stdout.write(text);
  }

  /** The last line of the terminal that stderr is; undefined where it is none that can clear a line. */
  liveLine(): LiveLine | undefined {
    return this.isLive ? new LiveLine(this.stderr) : undefined;
  }

  /** How wide a terminal is; undefined where there is none. */
  widthOf(stream: 'stdout' | 'stderr'): number | undefined {
    return widthOf(this[stream]);
  }

  /** A message with the commands as they are typed here. */
  spoken(message: string): string {
    return message.replaceAll(`${COMMAND} `, `${this.usage} `);
  }

  private writeLog(label: string, message: string): void {
    this.stderr.write(`${label} ${this.fitted(message, LABEL_COLUMNS)}\n`);
  }

  private fitted(text: string, before = 0): string {
    return wrapped(visible(this.spoken(text)), widthOf(this.stderr), before);
  }

  private inColour(text: string): string {
    const colours = { [marks.yellow]: 'yellow', [marks.green]: 'green', [marks.cyan]: 'cyan' } as const;
    return text.replace(coloured, (_all, mark: keyof typeof colours, inner: string) =>
      this.colours[colours[mark]](inner),
    );
  }
}

/** How the progress of a run is printed. */
export interface ProgressOptions {
  /** Lines say which data source they are about. */
  readonly named: boolean;
  /** Statements that are no revision's are printed too. */
  readonly debug: boolean;
  /** Given each step as it begins, as a noun phrase: `upgrade of a1b2`. */
  readonly onStep: (step: string) => void;
  /** A logger of the application gets it instead. */
  readonly isLogged: boolean;
  /** Shows how far a long run is; absent where nothing is to be shown. */
  readonly live?: RunProgress | undefined;
}

/**
 * The callbacks that print the progress of a run.
 */
export function progress(
  output: Output,
  { named, debug, onStep, isLogged, live }: ProgressOptions,
): MigrationOverrides {
  const prefixOf = (dataSource: string | undefined): string =>
    named && dataSource !== undefined ? `[${dataSource}] ` : '';
  const info = (message: string): void => {
    if (!isLogged) output.info(message);
  };
  return {
    useLogger: isLogged,
    onStep: (step) => {
      info(`${prefixOf(step.dataSource)}Running ${describeStep(step)}`);
      onStep(
        `${step.kind} of ${prefixOf(step.dataSource)}${(step.kind === 'downgrade' ? step.from : step.to).join(', ')}`,
      );
      live?.onStep(step);
    },
    ...(live && { onStatement: live.onStatement }),
    onWait: (dataSource, ...wait) => info(prefixOf(dataSource) + describeWait(...wait)),
    onNotice: ({ level, message, dataSource }) => {
      if (level === 'info') info(prefixOf(dataSource) + message);
      else if (!isLogged) output.warn(prefixOf(dataSource) + message);
    },
    ...(debug && {
      onQuery: ({ dataSource, sql }) => output.debug(`${prefixOf(dataSource)}${sql.replaceAll(/\s+/g, ' ').trim()}`),
    }),
  };
}

function widthOf({ isTTY, columns }: TextStream): number | undefined {
  return isTTY === true ? columns : undefined;
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

function coloursOf(stream: TextStream, env: Readonly<Record<string, string | undefined>>): Ansis {
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return new Ansis(!refused && (forced || stream.isTTY === true) ? 1 : 0);
}
