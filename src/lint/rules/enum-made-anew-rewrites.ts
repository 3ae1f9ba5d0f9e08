import { convertedToEnum } from '../enums.js';
import { asCode } from '../fix.js';
import { isRewritten } from '../parts.js';
import type { LintRule } from '../rule.js';
import { MOODS } from '../scenes.js';
import { targetOf, type LintedStatement } from '../subject.js';

/** An enum type that is created again with other labels. */
export const rule: LintRule = {
  code: 'enum-made-anew-rewrites',
  class: 'rewrites',
  level: 'error',
  summary: 'An enum type is created again, and every table with a column of it is written again.',
  explanation: `PostgreSQL has no statement that removes or reorders labels, so \`op.alterEnum\` creates the type again and converts each column: nobody may use
the tables until all rows and indexes are written. A label that is only added needs none of it: \`op.addEnumValue\`. Where labels come and go, a text column
with a check is cheaper to change.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: MOODS,
    },
    unsafe: `await op.alterEnum('mood', ['sad', 'ok', 'happy']);`,
    target: 'reader.mood',
    safe: [`await op.addEnumValue('mood', 'happy');`],
  },
  statement: (statement, run) =>
    convertedToEnum(statement, run)
      .filter(({ table }) => isRewritten(statement, table))
      .map(({ table, column }) => {
        const fix = fixOf(statement);
        return {
          target: targetOf(table, column),
          message: `All rows of ${targetOf(table)} are written again, as the type of ${column} is created again.`,
          ...(fix !== undefined && { fix }),
        };
      }),
};

/** The labels added one by one, where none is removed or moved. */
function fixOf({ call: { operation, schema } }: LintedStatement): string | undefined {
  if (operation.kind !== 'alterEnum') return undefined;
  const { enum: type, values } = operation;
  const known = operation.existing ?? schema.enums.find(({ name }) => name === type.name)?.values ?? [];
  const kept = values.filter((value) => known.includes(value));
  if (known.length === 0 || kept.join('\0') !== known.join('\0')) return undefined;
  const added = values.filter((value) => !known.includes(value)).toReversed();
  return asCode(
    ...added.map((value) => {
      const before = values[values.indexOf(value) + 1];
      return { kind: 'addEnumValue' as const, enum: type, value, ...(before !== undefined && { before }) };
    }),
  );
}
