import { UsageError } from '../errors/cli.errors.js';
import type { LintFinding, LintLevel } from '../results.js';
import type { LintOptions } from '../service/requests.js';
import type { DbCommand } from './command-host.js';
import type { CommandOptions } from './command-options.js';
import { examples } from './help.js';
import { answered } from './output/answered.js';
import { LEVELS, lintText } from './output/lint-text.js';

const FORMATS = ['text', 'json', 'github', 'sarif'] as const;

/** `db lint` */
export const lint: DbCommand = {
  mentionsOthers: true,
  // 1 means findings.
  exitCodeOfErrors: 2,
  declare: (group) =>
    group
      .command('lint')
      .summary('find what is dangerous in revisions to a database that serves')
      .description(
        'Look for locks that readers or writers wait for, data that is lost, and what the release before still uses, in the revisions ' +
          'that are pending. Nothing is changed. A range, --all and --since ask no database.',
      )
      .argument('[range]', 'revisions to look at: a range or one (default: those that are pending)')
      .option('--all', 'every revision')
      .option('--since <commit>', 'the revisions that are new or edited since a commit of git')
      .option('--format <format>', 'text, json, github or sarif (default: text)')
      .option('--fail-on <level>', 'exit 1 for findings of this level: error, warning, note or none (default: error)')
      .addHelpText(
        'after',
        examples(group, [
          'lint                       what an upgrade would run',
          'lint --since origin/main   what a pull request adds and edits',
          'lint ae10:head             from the revisions alone',
          'lint --format sarif        for tools that show findings in the code',
        ]),
      ),
  run: async ({ args, open, options, output }) => {
    const format = oneOf(options, 'format', FORMATS) ?? 'text';
    const failOn = oneOf(options, 'failOn', [...LEVELS, 'none']) ?? 'error';
    const request = requestOf(args[0], options);
    const migrations = await open();
    const { answer: findings, failure } = await answered(migrations.lint(request));
    const isNamed = migrations.dataSources.length > 1;
    const lines = async (): Promise<readonly string[]> => {
      switch (format) {
        case 'text':
          return lintText(findings, {
            isNamed,
            style: output.style,
            looked: lookedAt(request),
            shown: (path) => options.shown(path),
          });
        case 'json':
          return [JSON.stringify(findings, undefined, 2)];
        case 'github':
          return (await import('./output/lint-github.js')).lintGithub(findings);
        case 'sarif':
          return [JSON.stringify((await import('./output/lint-sarif.js')).lintSarif(findings), undefined, 2)];
      }
    };
    return {
      json: findings,
      text: await lines(),
      exitCode: isFailed(findings, failOn as LintLevel | 'none') ? 1 : 0,
      failure,
      isExact: format !== 'text',
    };
  },
};

function requestOf(range: string | undefined, options: CommandOptions): LintOptions {
  return {
    ...(range !== undefined && { range }),
    ...(options.flag('all') && { all: true }),
    ...options.texts('since'),
  };
}

function lookedAt({ range, all, since }: LintOptions): string {
  if (all === true) return 'any revision';
  if (since !== undefined) return `the revisions that are new or edited since ${since}`;
  return range === undefined ? 'the revisions that are pending (--all is about every revision)' : range;
}

function oneOf<T extends string>(options: CommandOptions, name: string, choices: readonly T[]): T | undefined {
  const given = options.text(name);
  if (given === undefined || choices.includes(given as T)) return given as T | undefined;
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new UsageError(
    `${flag} is "${given}", which is none of ${choices.slice(0, -1).join(', ')} and ${choices.at(-1)}.`,
  );
}

function isFailed(findings: readonly LintFinding[], failOn: LintLevel | 'none'): boolean {
  return failOn !== 'none' && findings.some(({ level }) => LEVELS.indexOf(level) <= LEVELS.indexOf(failOn));
}
