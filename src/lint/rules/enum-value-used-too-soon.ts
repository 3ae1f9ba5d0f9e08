import type { QualifiedName } from '../../schema/schema.model.js';
import { mentionsLabel } from '../../sql/literals.js';
import { codeTokens } from '../../sql/scanner.js';
import { earlierOfKind } from '../around.js';
import { convertedToEnum } from '../enums.js';
import { statementsIn, subjectOf } from '../parts.js';
import type { LintRule } from '../rule.js';
import { MOODS } from '../scenes.js';
import { targetOf, tableOf, type LintedStatement, type LintRun } from '../subject.js';

/** Since this version a value may be used in the transaction that has created its type. */
const OWN_TYPE = 17;

/** An enum value that is used in the transaction that adds it. */
export const rule: LintRule = {
  code: 'enum-value-used-too-soon',
  class: 'fails-in-transaction',
  level: 'error',
  summary: 'A value is added to an enum and used in the same transaction, which PostgreSQL refuses.',
  explanation: `A new value of an enum cannot be used before the transaction that adds it is committed (55P04, "unsafe use of new value"). After \`op.addEnumValue\` a run
creates the type again in its place, which writes all tables with a column of it. Add the value in \`op.autocommit\`, or use it in a later revision: a run commits
behind a revision that adds one.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: MOODS,
    },
    unsafe: `await op.addEnumValue('mood', 'happy');
await op.execute("UPDATE reader SET mood = 'happy' WHERE id = 1");`,
    target: 'reader',
    safe: [
      `await op.autocommit(() => op.addEnumValue('mood', 'happy'));
await op.execute("UPDATE reader SET mood = 'happy' WHERE id = 1");`,
    ],
  },
  statement: (statement, run) => {
    const isUse = statementsIn(statement.parsed).some(({ kind }) => USES.has(kind));
    if (!isUse || isRemedy(statement, run)) return [];
    const table = subjectOf(statement, run);
    return addedValues(statement, run)
      .filter(({ type, label }) => isOfTable(statement, table, type) && uses(statement, label, run))
      .slice(0, 1)
      .map(({ label }) => ({
        target: targetOf(table),
        message: `The value '${label}' cannot be used before the transaction that adds it is committed.`,
      }));
  },
};

const USES = new Set(['insert', 'update', 'delete', 'alterTable', 'createIndex', 'createTable', 'read', 'create']);

/** What a run does so that the value can be used: it creates the type again, before the statement. */
function isRemedy(statement: LintedStatement, run: LintRun): boolean {
  const { parsed } = statement;
  return (parsed.kind === 'create' && parsed.object === 'TYPE') || convertedToEnum(statement, run).length > 0;
}

interface AddedValue {
  readonly type: QualifiedName;
  readonly label: string;
}

/** The values that the transaction has added so far, to types which it may not use them of. */
function addedValues(statement: LintedStatement, run: LintRun): readonly AddedValue[] {
  const own = statement.parsed.kind === 'block' ? [statement] : [];
  return [...earlierOfKind(statement, 'alter', run), ...own]
    .filter(({ transaction }) => transaction !== undefined && transaction === statement.transaction)
    .flatMap(({ parsed }) => statementsIn(parsed))
    .flatMap((one) => {
      if (one.kind !== 'alter' || one.object !== 'TYPE' || one.name === undefined) return [];
      if (!/^ADD\s+VALUE\b/i.test(one.text)) return [];
      const label = codeTokens(one.text, run.dialect.sqlRules).find(({ kind }) => kind === 'string')?.value;
      const type = run.nameOf(one.name);
      const isAllowed = run.isNew(type) && (run.facts.version ?? OWN_TYPE) >= OWN_TYPE;
      return label === undefined || isAllowed ? [] : [{ type, label }];
    });
}

/** Whether the table has a column of the type, or is not known. */
function isOfTable({ call, sql }: LintedStatement, name: QualifiedName, type: QualifiedName): boolean {
  const table = tableOf(call, name);
  return (
    table === undefined ||
    table.columns.some(({ enumName, type: own }) => enumName === type.name || own === type.name) ||
    sql.includes(type.name)
  );
}

function uses({ sql, call: { operation } }: LintedStatement, label: string, run: LintRun): boolean {
  if (operation.kind === 'bulkInsert') return operation.rows.some((row) => Object.values(row).includes(label));
  if (operation.kind === 'execute' && operation.parameters?.includes(label)) return true;
  return mentionsLabel(sql, label, run.dialect.sqlRules);
}
