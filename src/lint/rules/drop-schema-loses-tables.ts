import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** DROP SCHEMA … CASCADE, DROP DATABASE, DROP OWNED BY. */
export const rule: LintRule = {
  code: 'drop-schema-loses-tables',
  class: 'loses-data',
  level: 'error',
  summary: 'A schema or a database is dropped with all tables in it, or all that a role owns.',
  explanation: `DROP SCHEMA … CASCADE and DROP DATABASE take tables away that the revision does not name, also those that were created after it was written.
Drop the tables by their names, so that people see what goes, and the empty schema at the end with \`op.dropSchema\`.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.execute('DROP SCHEMA archive CASCADE');`,
    target: 'archive',
  },
  statement: ({ parsed, call }, run) =>
    statementsIn(parsed).flatMap((one) => {
      // `op.dropSchema` drops an empty one.
      if (one.kind !== 'drop' || call.operation.kind === 'dropSchema') return [];
      const isWhole =
        one.object === 'DATABASE' ||
        one.object === 'OWNED BY' ||
        (one.object === 'SCHEMA' && (one.isCascade === true || run.dialect.rules.dropsFullSchemas));
      if (!isWhole) return [];
      return one.names
        .filter(({ name }) => !run.isNew({ schema: name, name: '' }))
        .map((name) => ({
          target: targetOf(name),
          message:
            one.object === 'OWNED BY'
              ? `All that ${targetOf(name)} owns is dropped, with the rows of its tables.`
              : `All tables of ${targetOf(name)} are dropped with their rows.`,
        }));
    }),
};
