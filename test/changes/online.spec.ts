import { subjects } from './cases/index.js';
import { runChange } from './run-change.js';

/** Those that have an online form, or none where one is looked for; the others are written as without it. */
const tried = ['NULL and new columns', 'Defaults', 'Unique constraints', 'Indexes', 'Checks and exclusions'];

describe.each(tried)('in the online form: %s', (subject) => {
  const cases = subjects[subject]?.filter(({ typeorm }) => typeorm.postgres !== undefined) ?? [];

  it.each(cases)('$id: $title', async (change) => {
    await runChange(change, 'postgres', { online: true });
  });
});
