import { type FoundForm, onlineOperations } from '../../autogenerate/online/online-operations.js';
import { renderOperations } from '../../autogenerate/render/render.js';
import { OnlineSqlBodyError } from '../../errors/index.js';
import { describeOperations } from '../../operations/describe/describe-all.js';
import type { Operation } from '../../operations/operation.js';
import { qualifiedKey } from '../../schema/schema.model.js';
import type { BoundDataSource, RevisionDirective } from '../options/options.js';
import type { OnlineMode } from '../options/online-mode.js';
import type { RevisionRequest } from '../requests.js';
import type { CommandContext } from '../run/command-context.js';
import type { DataSourceComparison } from './comparison.js';
import type { DriftDirectives } from './drift.js';

const NOTICE =
  'Changes of tables that are in use are in their online form: several transactions, each of them short. If one of them fails, mend the ' +
  'cause and run the upgrade again: it goes on where it stopped.';

const INSTEAD = 'While others use the table, rather (the option `online`, or --online, writes it):';

/**
 * The directives with changes of tables that were there before in their online form, or with comments that show it.
 *
 * @throws OnlineSqlBodyError for `online` with `sqlBody`
 */
export async function withOnlineForms(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  { online, sqlBody = false }: Pick<RevisionRequest, 'online' | 'sqlBody'>,
  comparisons: readonly DataSourceComparison[],
  { directives, comments }: DriftDirectives,
): Promise<DriftDirectives> {
  if (online === true && sqlBody) throw new OnlineSqlBodyError();
  const above = new Map<Operation, string>();
  const changed: RevisionDirective[] = [];
  for (const directive of directives) {
    const bound = sources.find(({ name }) => name === directive.dataSource);
    const found = comparisons.find(({ dataSource }) => dataSource === directive.dataSource)?.found;
    const mode = bound === undefined || sqlBody ? 'off' : modeOf(online, bound);
    if (bound === undefined || found === undefined || mode === 'off') {
      changed.push(directive);
      continue;
    }
    changed.push(await inMode(context, bound, mode, { directive, before: found.before, comments, above }));
  }
  return { directives: changed, comments: (operation) => above.get(operation) ?? comments(operation) };
}

function modeOf(online: boolean | undefined, { config }: BoundDataSource): OnlineMode {
  if (online === undefined) return config.online;
  return online ? 'write' : 'off';
}

interface Work {
  readonly directive: RevisionDirective;
  readonly before: Parameters<typeof onlineOperations>[1];
  readonly comments: DriftDirectives['comments'];
  /** Gets the comments above operations. */
  readonly above: Map<Operation, string>;
}

async function inMode(
  { environment, overrides }: CommandContext,
  bound: BoundDataSource,
  mode: Exclude<OnlineMode, 'off'>,
  { directive, before, comments, above }: Work,
): Promise<RevisionDirective> {
  const { dialect, server } = await environment.withRunner(bound, async (runner, found) => ({
    dialect: found,
    server: await found.serverFacts(runner),
  }));
  const upgrade = await onlineOperations(directive.upgrade, before, dialect, server);
  const downgrade = await onlineOperations(directive.downgrade, upgrade.after, dialect, server);
  const notice = (level: 'info' | 'warning', message: string): void =>
    overrides.onNotice?.({ level, dataSource: bound.name, message });
  for (const form of upgrade.forms) {
    if (form.isPlain) notice('warning', `${subjectOf(form)}: ${form.why}`);
    else if (mode === 'suggest') notice('info', `${subjectOf(form)} has an online form. ${form.why}`);
  }
  const batching: typeof comments = (operation) =>
    mode === 'write' ? inBatches(comments(operation), operation, before) : comments(operation);
  for (const form of [...upgrade.forms, ...downgrade.forms]) explain(form, mode, batching, above);
  if (mode === 'suggest') return directive;
  if ([...upgrade.forms, ...downgrade.forms].some(({ isPlain }) => !isPlain)) notice('info', NOTICE);
  return { ...directive, upgrade: upgrade.operations, downgrade: downgrade.operations };
}

/** Puts the reason of a form above its first operation, or above the plain one the code of it. */
function explain(
  form: FoundForm,
  mode: Exclude<OnlineMode, 'off'>,
  comments: DriftDirectives['comments'],
  above: Map<Operation, string>,
): void {
  const isSuggested = mode === 'suggest' && !form.isPlain;
  const [first] = mode === 'suggest' ? form.plain : form.operations;
  if (first === undefined) return;
  const said = form.plain.flatMap((operation) => comments(operation) ?? []);
  const reason = isSuggested ? [INSTEAD, renderOperations(form.operations)] : [form.why];
  above.set(first, [...said, ...reason].join('\n'));
}

/** A statement that a comment has for all rows. */
const FILL = /^await op\.execute\(['`](UPDATE [^\\]*)['`]\);$/m;
/** Rows of a batch. */
const SIZE = 1000;

/** A comment whose statement for all rows of a table is in batches. */
function inBatches(comment: string | undefined, operation: Operation, { tables }: Work['before']): string | undefined {
  if (operation.kind !== 'alterColumn') return comment;
  const { table } = operation;
  const model = tables.find((each) => qualifiedKey(each) === qualifiedKey(table));
  if (model?.primaryKey === undefined) return comment;
  return comment?.replace(FILL, (_whole, sql: string) =>
    renderOperations([{ kind: 'inBatches', table, sql, size: SIZE }], { indent: 0 }),
  );
}

function subjectOf({ plain }: FoundForm): string {
  const [text = ''] = describeOperations(plain);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
