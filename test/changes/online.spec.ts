import { subjects } from './cases/index.js';
import { runChange } from './run-change.js';

/** Those with most of the forms: all of them take minutes. */
const tried = ['NULL and new columns', 'Unique constraints', 'Checks and exclusions'];

describe.each(tried)('in the online form: %s', (subject) => {
  const cases = subjects[subject]?.filter(({ typeorm }) => typeorm.postgres !== undefined) ?? [];

  it.each(cases)('$id: $title', async (change) => {
    await runChange(change, 'postgres', { online: true });
  });
});
