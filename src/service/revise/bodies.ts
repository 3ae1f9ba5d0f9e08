import type { RenderedItem } from '../../autogenerate/render/render-items.js';
import { renderOperations, type RenderOptions, renderSql } from '../../autogenerate/render/render.js';
import { RenderItemError } from '../../errors/index.js';
import type { BoundDataSource, MigrateConfig, RevisionDirective } from '../options/options.js';
import { versionTableOf } from '../environment.js';
import type { CommandContext } from '../run/command-context.js';
import type { Operation } from '../../operations/operation.js';
import { notUndone } from '../../operations/reverse.js';
import type { ExpandedOperation } from '../../dialects/dialect.js';
import { rehearse } from '../../runtime/index.js';

/** The source of a directive in a revision file. */
export interface DirectiveBodies {
  readonly upgrade: string;
  readonly downgrade: string;
  /** Whole import statements that they need. */
  readonly imports: readonly string[];
}

export interface BodyOptions {
  /** Statements instead of operations. */
  readonly sqlBody: boolean;
  /** The comment above an operation. */
  readonly comments: (operation: Operation) => string | undefined;
}

/**
 * The source of directives, as operations or as the statements that those are on each data source's database.
 *
 * @throws SqlBodyError when a database refuses a statement, SqlBodyUnavailableError where none can be tried;
 *   RenderItemError when `renderItem` gives what cannot be written there
 */
export async function bodiesOf(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  directives: readonly RevisionDirective[],
  options: BodyOptions,
): Promise<ReadonlyMap<RevisionDirective, DirectiveBodies>> {
  const bodies = new Map<RevisionDirective, DirectiveBodies>();
  for (const bound of sources) {
    const own = directives.filter(({ dataSource }) => dataSource === bound.name);
    const expanded = options.sqlBody && own.length > 0 ? await expandedOf(context, bound, own) : undefined;
    const { namesPrimaryKeys } = (await context.environment.dialect(bound)).rules;
    const rendering = { comments: options.comments, namesPrimaryKeys };
    for (const directive of own) {
      bodies.set(directive, await bodyOf(directive, bound.config, rendering, expanded?.get(directive)));
    }
  }
  return bodies;
}

type Expanded = Readonly<Record<'upgrade' | 'downgrade', readonly ExpandedOperation[]>>;

/** Directives of one data source run one after the other, and are undone from the last to the first. */
async function expandedOf(
  { environment, overrides }: CommandContext,
  bound: BoundDataSource,
  directives: readonly RevisionDirective[],
): Promise<ReadonlyMap<RevisionDirective, Expanded>> {
  const { lockTimeout, lockAttempts, statementTimeout, runnerTimeout, connectTimeout, lock } = bound.config;
  const parts = [
    ...directives.map(({ upgrade: operations }) => ({ direction: 'upgrade', operations }) as const),
    ...directives.toReversed().map(({ downgrade: operations }) => ({ direction: 'downgrade', operations }) as const),
  ];
  const expanded = await rehearse({
    dataSource: bound.dataSource,
    dataSourceName: bound.name,
    dialect: await environment.connect(bound),
    settings: {
      versionTable: versionTableOf(bound),
      lockTimeout,
      lockAttempts,
      statementTimeout,
      runnerTimeout,
      connectTimeout,
      lock,
    },
    parts,
    onLockWait: (message) => overrides.onNotice?.({ level: 'info', dataSource: bound.name, message }),
    ...(bound.onQuery && { onQuery: bound.onQuery }),
    ...(bound.queryRunner && { queryRunner: bound.queryRunner }),
  });
  return new Map(
    directives.map((directive, index) => {
      const [upgrade = [], downgrade = []] = [expanded[index], expanded[expanded.length - 1 - index]];
      return [directive, { upgrade, downgrade }];
    }),
  );
}

async function bodyOf(
  directive: RevisionDirective,
  { renderItem }: Readonly<MigrateConfig>,
  rendering: RenderOptions,
  expanded: Expanded | undefined,
): Promise<DirectiveBodies> {
  const { dataSource } = directive;
  const imports = new Set<string>();
  const body = (direction: 'upgrade' | 'downgrade'): string => {
    const place = { dataSource, direction, addImport: (statement: string) => void imports.add(statement.trim()) };
    const head = direction === 'downgrade' ? notUndone(directive.upgrade) : [];
    const options = {
      ...rendering,
      head,
      ...(renderItem && { renderItem: (item: RenderedItem) => renderItem(item, place) }),
    };
    return expanded ? renderSql(expanded[direction], options) : renderOperations(directive[direction], options);
  };
  const bodies = { upgrade: body('upgrade'), downgrade: body('downgrade'), imports: [...imports] };
  if (renderItem) await refuseBrokenSource(bodies);
  return bodies;
}

/** Refuses source that does not parse, which would otherwise fail only when the revision runs. */
async function refuseBrokenSource({ upgrade, downgrade, imports }: DirectiveBodies): Promise<void> {
  const { transform } = await import('sucrase');
  const source = [...imports, ...[upgrade, downgrade].map((body) => `async (op) => {\n${body}\n};`)].join('\n');
  try {
    transform(source, { transforms: ['typescript', 'imports'] });
  } catch (error) {
    const line = (error as { loc?: { line?: number } }).loc?.line;
    const text = line === undefined ? undefined : source.split('\n')[line - 1]?.trim();
    throw new RenderItemError('a revision', `its text is no TypeScript${text === undefined ? '' : `: ${text}`}`, error);
  }
}
