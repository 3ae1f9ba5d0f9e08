import {
  createMysqlDatabase,
  databases,
  type DatabaseMaker,
  type TestDatabase,
} from '../../../test/support/databases.js';
import type { Dialect } from '../dialect.js';
import { dialects, type SubjectName } from './dialects.js';

/** A dialect under test, and the function that creates a database for it. */
export interface Subject {
  readonly dialect: Dialect;
  readonly make: DatabaseMaker;
}

// The makers of databases do not name it yet, since not all tests that loop over them know it.
const makeOnMysql = createMysqlDatabase as () => Promise<Omit<TestDatabase, 'dialect'>> as DatabaseMaker;
const makers = new Map<string, DatabaseMaker>([...databases, ['mysql', () => makeOnMysql()]]);

/** What has to pass the contract: `describe.each(subjects)('…, on %s', (name, { dialect, make }) => …)`. */
export const subjects = (Object.keys(dialects) as SubjectName[]).map((name): [SubjectName, Subject] => [
  name,
  { dialect: dialects[name], make: makers.get(name === 'committing' ? 'sqlite' : name) as DatabaseMaker },
]);

/** The subjects with a policy of transactions. */
export function subjectsWith(policy: Dialect['transactions']): typeof subjects {
  return subjects.filter(([, { dialect }]) => dialect.transactions === policy);
}
