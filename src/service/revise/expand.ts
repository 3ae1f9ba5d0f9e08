import { describeOperation } from '../../operations/describe/describe.js';
import type { ExpandStep } from '../../dialects/dialect.js';
import { ExpandRefusedError } from '../../errors/index.js';
import type { ColumnChange, Operation } from '../../operations/operation.js';
import { displayName, type QualifiedName } from '../../schema/schema.model.js';
import { tablesOfRun } from '../../runtime/index.js';
import { versionTableOf } from '../environment.js';
import type { BoundDataSource, RevisionDirective } from '../options/options.js';
import type { CommandContext } from '../run/command-context.js';

/** A column, and the type that it is to get. */
interface Wanted {
  readonly text: string;
  readonly table: string;
  readonly schema: string | undefined;
  readonly column: string;
  readonly to: ColumnChange;
}

/** The directives of the revisions that change the type of a column, and the comments above their operations. */
export interface ExpandFiles {
  readonly files: readonly (readonly RevisionDirective[])[];
  readonly comments: (operation: Operation) => string | undefined;
}

const ABOVE: Readonly<Record<string, string>> = {
  expand:
    '1 of 3: a second column of the new type, which a trigger keeps equal to the first for rows that change; batches fill the others.',
  switch:
    '2 of 3: what is on the column is built for the second one; then it gets the name of the first, and the trigger fills that.',
  contract: '3 of 3: the old column is dropped. Run it when no way back without waiting is needed any more.',
};

/** What lint would find in a column that no release knows by its name. */
const ALLOWED = 'lint: allow drop-breaks-old-code, no release has used the column under this name';

/**
 * The revisions that change the type of a column in steps that keep nobody waiting for long.
 *
 * @param text `table.column:type`, as `user.id:bigint`
 * @throws ExpandRefusedError for a text that is none, a column that does not exist, and one whose type cannot be changed so
 */
export async function expandedFiles(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  text: string,
  message: string | undefined,
): Promise<ExpandFiles> {
  const wanted = wantedOf(text);
  const comments = new Map<Operation, string>();
  const found: { readonly dataSource: string; readonly steps: readonly ExpandStep[] }[] = [];
  for (const bound of sources) {
    const steps = await stepsOn(context, bound, wanted);
    if (steps !== undefined) found.push({ dataSource: bound.name, steps });
  }
  if (found.length === 0) throw new ExpandRefusedError(text, `there is no table '${wanted.table}' with such a column`);
  const title = message ?? `change type of ${wanted.table}.${wanted.column}`;
  const files = (found[0]?.steps ?? []).map(({ what }, at) =>
    found.flatMap(({ dataSource, steps }) => {
      const step = steps[at];
      if (step === undefined) return [];
      const [first] = step.upgrade;
      if (first !== undefined) comments.set(first, ABOVE[what] ?? '');
      for (const operation of step.upgrade) if (operation.kind === 'dropColumn') comments.set(operation, ALLOWED);
      const { upgrade, downgrade } = step;
      return [{ dataSource, message: `${title}: ${what}`, upgrade, downgrade }];
    }),
  );
  return { files, comments: (operation) => comments.get(operation) };
}

async function stepsOn(
  { environment, overrides }: CommandContext,
  bound: BoundDataSource,
  wanted: Wanted,
): Promise<readonly ExpandStep[] | undefined> {
  return environment.withRunner(bound, async (runner, dialect) => {
    const exclude = tablesOfRun(versionTableOf(bound));
    const schema = await dialect.reflect(runner, { schemas: bound.config.includeSchemas, exclude });
    const table = schema.tables.find((one) => one.name === wanted.table && one.schema === wanted.schema);
    const column = table?.columns.find(({ name }) => name === wanted.column);
    if (table === undefined || column === undefined) return undefined;
    if (dialect.expand === undefined) {
      throw new ExpandRefusedError(wanted.text, `${dialect.title} has no steps for it: change the entity, and migrate`);
    }
    const views = await dialect.viewsReading(runner, [{ relation: nameOf(table), column: column.name }]);
    const [view] = views;
    if (view !== undefined) {
      throw new ExpandRefusedError(
        wanted.text,
        `the view '${displayName(view.view)}' reads it, and would go on to read the old column`,
      );
    }
    const expansion = dialect.expand({ schema, table, column: column.name, to: wanted.to });
    if (expansion.refused !== undefined) throw new ExpandRefusedError(wanted.text, expansion.refused);
    const change: Operation = {
      kind: 'alterColumn',
      table: nameOf(table),
      column: column.name,
      to: wanted.to,
      existing: column,
    };
    overrides.onNotice?.({
      level: 'info',
      dataSource: bound.name,
      message: `In three revisions: ${describeOperation(change)}`,
    });
    return expansion.steps;
  });
}

function nameOf({ schema, name }: QualifiedName): QualifiedName {
  return schema === undefined ? { name } : { schema, name };
}

/** `schema.table.column:type`, where a type is `varchar(20)`, `numeric(10,2)`, `timestamp(3) with time zone` or `bigint[]`. */
function wantedOf(text: string): Wanted {
  const parts =
    /^(?:([^.:]+)\.)?([^.:]+)\.([^.:]+):\s*([a-z][a-z0-9_ ]*?)\s*(?:\((\d+)(?:\s*,\s*(\d+))?\))?(\s+[a-z ]+?)?\s*(\[\])?$/i.exec(
      text,
    );
  if (parts === null) throw new ExpandRefusedError(text, 'it must be TABLE.COLUMN:TYPE, as in user.id:bigint');
  const [, schema, table = '', column = '', name = '', first, second, rest = '', array] = parts;
  const type = `${name}${rest}`.toLowerCase();
  const isText = /char|^bit|^varbit/.test(type);
  const size =
    first === undefined
      ? {}
      : isText
        ? { length: first }
        : { precision: Number(first), ...(second && { scale: Number(second) }) };
  return { text, table, schema, column, to: { type, ...size, ...(array && { isArray: true }) } };
}
