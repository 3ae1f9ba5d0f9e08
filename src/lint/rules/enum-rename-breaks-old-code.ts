import type { QualifiedName } from '../../schema/schema.model.js';
import { isReplaced } from '../around.js';
import { columnsOfType } from '../enums.js';
import { statementsIn } from '../parts.js';
import type { Found, LintRule } from '../rule.js';
import { MOODS } from '../scenes.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** A rename of an enum type, or of one of its labels. */
export const rule: LintRule = {
  code: 'enum-rename-breaks-old-code',
  class: 'breaks-old-code',
  level: 'warning',
  summary: 'An enum or one of its labels gets another name, which the running release does not know.',
  explanation: `Old code goes on to write the old label, and its statements fail; what it reads is a label that it does not know. Add the new label, let a release use both,
give the rows the new one, and take the old one away later.`,
  databases: ['postgres', 'mysql'],
  example: {
    facts: {
      scene: MOODS,
    },
    unsafe: `await op.renameEnumValue('mood', 'ok', 'fine');`,
    target: 'reader.mood',
    safe: [`await op.addEnumValue('mood', 'fine');`],
  },
  statement: (statement, run) => {
    const { call } = statement;
    if (call.operation.kind === 'renameLabel') return renamedLabel(statement, run);
    if (!call.byHand && !['renameEnum', 'renameEnumValue'].includes(call.operation.kind)) return [];
    return renamedTypes(statement, run).flatMap((type) => {
      const columns = columnsOfType(call, type, run).map(({ table, column }) => targetOf(table, column));
      return (columns.length > 0 ? columns : [targetOf(type)]).map((target) => ({
        target,
        message: `The running release knows the enum ${targetOf(type)} by its old name and labels.`,
      }));
    });
  },
};

/** A label that belongs to a column. */
function renamedLabel({ effects, parsed }: LintedStatement, run: LintRun): readonly Found[] {
  if (parsed.kind !== 'alterTable') return [];
  return effects.breaks
    .filter(({ how }) => how === 'renamed')
    .map(({ name, column }) => ({
      target: targetOf(run.nameOf(name), column),
      message: `The release that is running knows ${targetOf(run.nameOf(name), column)} by its old labels.`,
    }));
}

function renamedTypes(statement: LintedStatement, run: LintRun): readonly QualifiedName[] {
  return statementsIn(statement.parsed)
    .flatMap((one) => {
      if (one.kind === 'rename') {
        const name = run.nameOf(one.name);
        return one.object === 'TYPE' && !isReplaced(statement, name, run) ? [name] : [];
      }
      const isLabel = one.kind === 'alter' && one.object === 'TYPE' && /^RENAME\s+VALUE\b/i.test(one.text);
      return isLabel && one.name !== undefined ? [run.nameOf(one.name)] : [];
    })
    .filter((type) => !run.isNew(type));
}
