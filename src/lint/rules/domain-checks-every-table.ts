import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** ALTER DOMAIN that reads all columns of the domain. */
export const rule: LintRule = {
  code: 'domain-checks-every-table',
  class: 'blocks-writes',
  level: 'warning',
  summary: 'A domain gets a rule, and every table with a column of it is read while its writers wait.',
  explanation: `ALTER DOMAIN … ADD CONSTRAINT and SET NOT NULL look at each column of the domain, and keep writers from those tables meanwhile.
With NOT VALID no table is locked; VALIDATE CONSTRAINT of a domain locks them again. A CHECK of each table, NOT VALID and then validated, does not.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: `await op.execute('CREATE DOMAIN "email" AS text');
await op.createTable({ name: 'reader', columns: [{ name: 'id', type: 'bigint', isPrimary: true }, { name: 'mail', type: 'email' }] });`,
    },
    unsafe: `await op.execute(\`ALTER DOMAIN "email" ADD CONSTRAINT "at" CHECK (VALUE LIKE '%@%')\`);`,
    target: 'reader.mail',
    safe: [`await op.execute(\`ALTER DOMAIN "email" ADD CONSTRAINT "at" CHECK (VALUE LIKE '%@%') NOT VALID\`);`],
  },
  statement: ({ parsed, call }, run) => {
    if (parsed.kind !== 'alter' || parsed.object !== 'DOMAIN' || parsed.name === undefined) return [];
    const isRead =
      /^(?:ADD|SET\s+NOT\s+NULL|VALIDATE)\b/i.test(parsed.text) && !/NOT\s+VALID\s*;?\s*$/i.test(parsed.text);
    const domain = parsed.name.name;
    if (!isRead || run.isNew(run.nameOf(parsed.name))) return [];
    const columns = call.schema.tables.flatMap((table) =>
      run.isFree(table)
        ? []
        : table.columns.filter(({ type }) => type === domain).map(({ name }) => targetOf(table, name)),
    );
    return (columns.length === 0 ? [domain] : columns).map((target) => ({
      target,
      message: `Writers of the tables with a column of ${domain} wait until all of these columns are read.`,
    }));
  },
};
