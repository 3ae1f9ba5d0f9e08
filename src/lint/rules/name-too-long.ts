import { cutName } from '../../schema/name-rules.js';
import { codeTokens } from '../../sql/scanner.js';
import { subjectOf } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** A name that the database cuts. */
export const rule: LintRule = {
  code: 'name-too-long',
  class: 'style',
  level: 'warning',
  summary: 'SQL by hand has a name that is longer than the database keeps.',
  explanation: `PostgreSQL cuts names to 63 bytes, with a notice that nobody sees: two names that begin alike become one, and what looks for the name as it is written does
not find it. MySQL and MariaDB refuse names over 64 characters. The calls of \`op\` shorten names as TypeORM does.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.execute('ALTER TABLE book RENAME CONSTRAINT "PK" TO "PK_book_that_was_given_a_name_which_is_longer_than_postgresql_keeps"');`,
    target: 'book',
  },
  statement: (statement, run) => {
    const { parsed, call, sql } = statement;
    if (!call.byHand || !DDL.has(parsed.kind)) return [];
    const { rules, sqlRules } = run.dialect;
    const { nameLimit } = rules;
    if (nameLimit === undefined) return [];
    const name = codeTokens(sql, sqlRules).find(
      (token) => token.isName && token.kind !== 'string' && cutName(token.value, nameLimit) !== token.value,
    );
    if (name === undefined) return [];
    const what = rules.isRefused?.(name.value) ? 'refused' : `cut to ${nameLimit.length} ${nameLimit.unit}`;
    return [{ target: targetOf(subjectOf(statement, run)), message: `The name ${name.value} is ${what}.` }];
  },
};

const DDL = new Set(['createTable', 'createIndex', 'alterTable', 'create', 'alter', 'rename']);
