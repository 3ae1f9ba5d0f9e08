import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as repository from '../../src/repository/index.js';
import { checkGraph, type ConformanceGraph, type Outcome } from './checker.js';

const { graphs } = JSON.parse(readFileSync(join(__dirname, 'graphs.json'), 'utf8')) as { graphs: ConformanceGraph[] };

describe('the answers of Alembic 1.19.2 to 3,557 cases', () => {
  const results = graphs.map((graph, index) => checkGraph(repository, graph, `graph ${index}`));
  const cases = results.flatMap((result) => result.cases);
  const failures = (outcomes: readonly Outcome[]): string[] =>
    outcomes.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name}: ${failure}`]));

  it('covers every case of the file', () => {
    expect(cases).toHaveLength(3557);
  });

  it('finds the same heads, bases, branch points, merge points and history', () => {
    expect(failures(results.map(({ shape }) => shape))).toEqual([]);
  });

  it('runs the same revisions in a valid order, with the same version rows', () => {
    expect(failures(cases)).toEqual([]);
  });

  it('corrects the stamps that lose a head, and those that leave rows which overlap', () => {
    expect(cases.filter(({ corrected }) => corrected === true).map(({ name }) => name)).toEqual([
      'graph 3 stamp heads from [5096fd83e676,58a2eeb2a36b]',
      'graph 24 stamp lab1@-1 from []',
      'graph 66 stamp lab1@-1 from []',
      'graph 107 stamp heads from [7e89a9c0ccf4,90021a680499]',
      'graph 163 stamp lab1@-1 from []',
      'graph 257 stamp -3 from []',
    ]);
  });

  it("keeps Alembic's own order of steps and kind of error everywhere", () => {
    expect(cases.filter(({ exact }) => !exact).map(({ name, kinds }) => `${name} ${kinds ?? ''}`)).toEqual([]);
  });
});
