import { createMysqlDatabase, databases, type TestDatabase } from '../../../test/support/databases.js';
import type { Dialect } from '../dialect.js';
import { dialects, type SubjectName } from './dialects.js';

/** A dialect under test, and the function that creates a database for it. */
export interface Subject {
  readonly dialect: Dialect;
  readonly make: () => Promise<Pick<TestDatabase, 'options' | 'drop'>>;
}

const makers = new Map<string, Subject['make']>([...databases, ['mysql', () => createMysqlDatabase()]]);

/** What has to pass the contract: `describe.each(subjects)('…, on %s', (name, { dialect, make }) => …)`. */
export const subjects = (Object.keys(dialects) as SubjectName[]).map((name): [SubjectName, Subject] => [
  name,
  { dialect: dialects[name] as Dialect, make: makers.get(name === 'committing' ? 'sqlite' : name) as Subject['make'] },
]);

/** The subjects with a policy of transactions. */
export function subjectsWith(policy: Dialect['transactions']): typeof subjects {
  return subjects.filter(([, { dialect }]) => dialect.transactions === policy);
}
