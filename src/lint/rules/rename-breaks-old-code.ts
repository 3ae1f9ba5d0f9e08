import { type QualifiedName, displayName } from '../../schema/schema.model.js';
import { quoteName } from '../../sql/identifiers.js';
import { isColumnReplaced, isReplaced } from '../around.js';
import { asCode, execute, steps, quoted, notNullSteps, inBatches, shortened, rewritten } from '../fix.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, columnOf, tableOf, type LintedStatement, type LintRun } from '../subject.js';

/** A rename of a table, a view, a column or a schema. */
export const rule: LintRule = {
  code: 'rename-breaks-old-code',
  class: 'breaks-old-code',
  level: 'error',
  summary: 'A table, a column or a schema gets another name, and the running release still uses the old one.',
  explanation: `While instances of the old release run, and that is during every deployment, each of their queries fails. A table can keep its old name as a view: create it
in the same revision, and drop it one release later. A column needs a second one: add it, write both, fill it, read the new one, and drop the old one in a
later release.`,
  example: {
    unsafe: `await op.renameTable('book', 'volume');`,
    target: 'book',
    safe: [
      `await op.renameTable('book', 'volume');
await op.createView({ name: 'book', expression: 'SELECT * FROM volume' });`,
    ],
  },
  statement: (statement, run) => {
    // A label has a rule of its own.
    if (statement.call.operation.kind === 'renameLabel') return [];
    const other = otherRenames(statement, run);
    return statement.effects.breaks
      .filter(({ how, name, column }) => {
        if (how !== 'renamed' || other.has(displayName(run.nameOf(name)))) return false;
        return column === undefined
          ? !isReplaced(statement, name, run)
          : !isColumnReplaced(statement, name, column, run);
      })
      .map(({ name, column }) => {
        const fix = column === undefined ? tableFix(statement, name, run) : columnFix(statement, name, column, run);
        return {
          target: targetOf(name, column),
          message: `The running release still uses the name ${targetOf(name, column)}.`,
          fix,
        };
      });
  },
};

const OBJECTS = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE', 'SCHEMA']);

/** What is renamed, and no query names as a source of rows: types, sequences, functions. */
function otherRenames({ parsed }: LintedStatement, run: LintRun): ReadonlySet<string> {
  return new Set(
    statementsIn(parsed).flatMap((one) =>
      one.kind === 'rename' && !OBJECTS.has(one.object) ? [displayName(run.nameOf(one.name))] : [],
    ),
  );
}

function tableFix(statement: LintedStatement, name: QualifiedName, run: LintRun): string | undefined {
  const { operation } = statement.call;
  if (operation.kind !== 'renameTable') return undefined;
  const expression = `SELECT * FROM ${quoted(operation.to, run)}`;
  return steps(
    asCode(operation, { kind: 'createView', view: { ...run.nameOf(name), expression, indices: [], dependsOn: [] } }),
    '// A release later, when no old code runs any more: dropView.',
  );
}

/** A second column, both filled while old and new code run; a trigger does so where the database has functions for one. */
function columnFix(statement: LintedStatement, table: QualifiedName, column: string, run: LintRun): string | undefined {
  const { call } = statement;
  const was = columnOf(call, table, column);
  const isKey = tableOf(call, table)?.primaryKey?.columnNames.includes(column) === true;
  if (was === undefined || isKey || was.asExpression !== undefined || was.generationStrategy !== undefined) {
    return undefined;
  }
  const { hasTriggerFunctions } = run.dialect.rules;
  return rewritten(
    call,
    'renameColumn',
    ({ from }) => from === column,
    ({ to }) => {
      const { default: _default, comment: _comment, ...plain } = was;
      const [old, added] = [run.dialect.quote(column), run.dialect.quote(to)];
      const fill = `UPDATE ${quoted(table, run)} SET ${added} = ${old} WHERE ${added} IS NULL`;
      return steps(
        asCode({ kind: 'addColumn', table, column: { ...plain, name: to, isNullable: true } }),
        ...(hasTriggerFunctions ? bothWritten(table, column, to, run) : ['// The next release writes both columns.']),
        inBatches(table, fill, call, run) ?? execute(fill),
        hasTriggerFunctions && was.isNullable !== true ? notNullSteps(table, to) : undefined,
        `// A release later, when no old code runs any more: drop ${hasTriggerFunctions ? 'the trigger, its function and ' : ''}the column ${column}.`,
      );
    },
  );
}

/** The trigger that takes the value from the name that was written. */
function bothWritten(table: QualifiedName, from: string, to: string, run: LintRun): readonly string[] {
  const name = shortened(`${table.name}_${to}`.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase());
  const fn = quoted({ ...table, name }, run);
  const [old, added] = [quoteName(from), quoteName(to)];
  const body = `BEGIN
    IF TG_OP = 'INSERT' THEN
      NEW.${added} := coalesce(NEW.${added}, NEW.${old});
      NEW.${old} := coalesce(NEW.${old}, NEW.${added});
    ELSIF NEW.${old} IS DISTINCT FROM OLD.${old} THEN
      NEW.${added} := NEW.${old};
    ELSE
      NEW.${old} := NEW.${added};
    END IF;
    RETURN NEW;
  END`;
  return [
    execute(`CREATE FUNCTION ${fn}() RETURNS trigger LANGUAGE plpgsql AS $$
  ${body} $$`),
    execute(`CREATE TRIGGER ${quoteName(name)} BEFORE INSERT OR UPDATE OF ${old}, ${added} ON ${quoted(table, run)}
  FOR EACH ROW EXECUTE FUNCTION ${fn}()`),
  ];
}
