import { subjects } from './cases/index.js';
import type { DialectName } from './change.js';
import { record } from './report.js';
import { runChange } from './run-change.js';

const dialects = ['postgres', 'sqlite'] as const satisfies readonly DialectName[];

describe.each(Object.entries(subjects))('%s', (subject, changes) => {
  const cases = changes.flatMap((change) =>
    dialects.flatMap((dialect) => {
      const typeorm = change.typeorm[dialect];
      return typeorm === undefined
        ? []
        : [{ ...change, name: `${change.id}: ${change.title}`, dialect, theirs: typeorm }];
    }),
  );

  it.each(cases)('$name, on $dialect', async ({ dialect, theirs, ...change }) => {
    const ours = await runChange(change, dialect);
    record('changes', { subject, id: change.id, title: change.title, dialect, theirs, ours });
  });
});
