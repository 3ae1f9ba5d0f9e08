import { UsageError } from '../errors/cli.errors.js';
import type { PlanReport } from '../results.js';
import type { CommandCall, CommandResult, DbCommand } from './command-host.js';
import type { CommandOptions } from './command-options.js';
import { examples } from './help.js';
import { answered } from './output/answered.js';
import { planMarkdown } from './output/plan-markdown.js';
import { planText } from './output/plan-text.js';

/** `db plan` */
export const plan: DbCommand = {
  mentionsOthers: true,
  declare: (group) =>
    group
      .command('plan')
      .summary('show what an upgrade would do, and run nothing')
      .description(
        'Show the statements between where the database is and a revision: what each locks, reads, writes again and loses, and ' +
          'where commits fall. Nothing is changed. A range asks no database.',
      )
      .argument('[revision]', 'where to go, or a range (default: head; -1 with --downgrade)')
      .option('--downgrade', 'what a downgrade would do')
      .option('--tag <word>', 'word that revisions read as op.context.tag')
      .option('--format <format>', 'text, json or markdown (default: text)')
      .addHelpText(
        'after',
        examples(group, [
          'plan                     up to the head',
          'plan ae10                up to this revision',
          'plan -1 --downgrade      what taking the last revision back would do',
          'plan base:head           from the revisions alone',
          'plan --format markdown   for a comment of a pull request',
        ]),
      ),
  run: (call) => showPlan(call, call.options.flag('downgrade') ? 'downgrade' : 'upgrade'),
};

/** Shows the plan of a command in place of running it. */
export async function showPlan(
  { args, open, options, output }: Pick<CommandCall, 'args' | 'open' | 'options' | 'output'>,
  direction: 'upgrade' | 'downgrade',
): Promise<CommandResult> {
  const format = formatOf(options);
  const migrations = await open();
  const target = args[0] ?? (direction === 'upgrade' ? 'head' : '-1');
  const work = migrations.plan(target, { direction, ...options.texts('tag') });
  const { answer: reports, failure } = await answered(work);
  return { json: reports, text: linesOf(reports, format, output.style), failure, isExact: format !== 'text' };
}

type Format = 'text' | 'json' | 'markdown';

function formatOf(options: CommandOptions): Format {
  const format = options.text('format') ?? 'text';
  if (format === 'text' || format === 'json' || format === 'markdown') return format;
  throw new UsageError(`--format is "${format}", which is none of text, json and markdown.`);
}

function linesOf(
  reports: readonly PlanReport[],
  format: Format,
  style: CommandCall['output']['style'],
): readonly string[] {
  switch (format) {
    case 'text':
      return planText(reports, style);
    case 'markdown':
      return planMarkdown(reports);
    case 'json':
      return [JSON.stringify(reports, undefined, 2)];
  }
}
