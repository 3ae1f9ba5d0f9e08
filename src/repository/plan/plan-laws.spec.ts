import * as fc from 'fast-check';
import { MigrateError } from '../../errors/migrate.error.js';
import {
  currentRevisions,
  history,
  parseOfflineRange,
  planDowngrade,
  planStamp,
  planUpgrade,
  RevisionGraph,
  type PlanStep,
  type Revision,
} from '../index.js';

const runs = { numRuns: 300 };

interface Seed {
  readonly downs: readonly number[];
  readonly dependencies: readonly number[];
  readonly label: boolean;
}

/** Any history: several bases, branches, merges, dependencies by id and by label, in any load order. */
const histories: fc.Arbitrary<Revision[]> = fc
  .array(
    fc.record<Seed>({
      downs: fc.array(fc.nat(), { maxLength: 3 }),
      dependencies: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(fc.nat(), { maxLength: 2 }) },
      ),
      label: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .chain((seeds) => {
    const revisions = seeds.map((seed, index) => toRevision(seed, index, seeds));
    return fc.shuffledSubarray(revisions, { minLength: revisions.length });
  });

function toRevision({ downs, dependencies, label }: Seed, index: number, seeds: readonly Seed[]): Revision {
  const older = (numbers: readonly number[]): number[] =>
    index === 0 ? [] : [...new Set(numbers.map((number) => number % index))];
  const nameOf = (number: number): string => (seeds[number]?.label === true ? `label${number}` : idOf(number));
  return {
    id: idOf(index),
    downRevisions: older(downs).map(idOf),
    dependsOn: older(dependencies).map(nameOf),
    branchLabels: label ? [`label${index}`] : [],
    message: '',
    doc: '',
  };
}

function idOf(number: number): string {
  return `${((number * 2654435761) % 4294967296).toString(16).padStart(8, '0')}${number}`;
}

/** A history, and the rows of a database that has been upgraded to some revisions of it, one after the other. */
const situations = fc.tuple(histories, fc.array(fc.nat(), { maxLength: 3 })).map(([revisions, upgrades]) => {
  const graph = RevisionGraph.of(revisions);
  let rows: readonly string[] = [];
  for (const number of upgrades) rows = after(planUpgrade(graph, pick(revisions, number).id, rows), rows);
  return { revisions, graph, rows };
});

function after(steps: readonly PlanStep[], rows: readonly string[]): readonly string[] {
  return steps.at(-1)?.rows ?? rows;
}

function pick(revisions: readonly Revision[], number: number): Revision {
  return revisions[number % revisions.length] as Revision;
}

/** All that is applied where these are the rows. */
function applied(graph: RevisionGraph, rows: readonly string[]): string[] {
  return [...new Set(rows.flatMap((id) => graph.ancestors(id)))].sort();
}

function done(steps: readonly PlanStep[]): string[] {
  return steps.map(({ revision }) => revision?.id ?? '');
}

function required(graph: RevisionGraph, id: string): string[] {
  return graph.ancestors(id).filter((other) => other !== id);
}

/** The same changes, made as a database would: what is changed must be there, and what is inserted must not. */
function replay(steps: readonly PlanStep[], rows: readonly string[]): string[] {
  const table = new Set(rows);
  for (const change of steps.flatMap(({ rowChanges }) => rowChanges)) {
    if (change.kind !== 'insert') expect(table.delete(change.kind === 'delete' ? change.id : change.from)).toBe(true);
    if (change.kind === 'delete') continue;
    const added = change.kind === 'insert' ? change.id : change.to;
    expect(table.has(added)).toBe(false);
    table.add(added);
  }
  return [...table].sort();
}

describe('laws of plans, on any history', () => {
  it('an upgrade runs each missing revision once, after all that it requires', () => {
    fc.assert(
      fc.property(situations, fc.nat(), ({ revisions, graph, rows }, number) => {
        const target = pick(revisions, number).id;
        const ran = done(planUpgrade(graph, target, rows));
        const before = new Set(applied(graph, rows));
        expect([...ran].sort()).toEqual(graph.ancestors(target).filter((id) => !before.has(id)));
        for (const id of ran) {
          expect(required(graph, id).every((other) => before.has(other))).toBe(true);
          before.add(id);
        }
      }),
      runs,
    );
  });

  it('a downgrade undoes each revision once, after all that requires it', () => {
    fc.assert(
      fc.property(situations, fc.nat(), ({ revisions, graph, rows }, number) => {
        const undone = done(attempt(() => planDowngrade(graph, pick(revisions, number).id, rows)) ?? []);
        const left = new Set(applied(graph, rows));
        for (const id of undone) {
          expect(left.delete(id)).toBe(true);
          expect([...left].some((other) => required(graph, other).includes(id))).toBe(false);
        }
      }),
      runs,
    );
  });

  it('the row changes are possible in a table, and end at the rows of the plan', () => {
    fc.assert(
      fc.property(situations, fc.nat(), ({ revisions, graph, rows }, number) => {
        const target = pick(revisions, number).id;
        const plans = [
          () => planUpgrade(graph, target, rows),
          () => planDowngrade(graph, target, rows),
          () => planStamp(graph, [target], rows),
        ];
        for (const plan of plans) {
          const steps = attempt(plan) ?? [];
          expect(replay(steps, rows)).toEqual(after(steps, [...rows].sort()));
        }
      }),
      runs,
    );
  });

  it('the rows always imply exactly the revisions that are applied', () => {
    fc.assert(
      fc.property(situations, fc.nat(), ({ revisions, graph, rows }, number) => {
        let expected = applied(graph, rows);
        for (const step of planUpgrade(graph, pick(revisions, number).id, rows)) {
          expected = [...expected, step.revision?.id ?? ''].sort();
          expect(applied(graph, step.rows)).toEqual(expected);
        }
        expected = applied(graph, rows);
        for (const step of planDowngrade(graph, 'base', rows)) {
          expected = expected.filter((id) => id !== step.revision?.id);
          expect(applied(graph, step.rows)).toEqual(expected);
        }
        expect(expected).toEqual([]);
      }),
      runs,
    );
  });

  it('upgrade and then downgrade to where it was gives the rows back', () => {
    fc.assert(
      fc.property(histories, fc.nat(), fc.nat(), (revisions, low, high) => {
        const graph = RevisionGraph.of(revisions);
        const [start, end] = [pick(revisions, low).id, pick(revisions, high).id];
        fc.pre(graph.ancestors(end, { dependencies: false }).includes(start));
        const rows = after(planUpgrade(graph, start, []), []);
        const upper = after(planUpgrade(graph, end, rows), rows);
        const back = after(planDowngrade(graph, start, upper), upper);
        const above = new Set(graph.children(start).flatMap((child) => graph.descendants(child)));
        const before = applied(graph, rows);
        fc.pre(applied(graph, upper).every((id) => before.includes(id) || above.has(id)));
        expect(applied(graph, back)).toEqual(before);
        expect(back).toEqual(expect.arrayContaining([...rows]));
      }),
      runs,
    );
  });

  it('an upgrade that is stamped leaves the rows that an upgrade that is run does, and then nothing to do', () => {
    fc.assert(
      fc.property(histories, fc.nat(), (revisions, number) => {
        const graph = RevisionGraph.of(revisions);
        const target = pick(revisions, number).id;
        const stamped = after(planStamp(graph, [target], []), []);
        expect(stamped).toEqual(after(planUpgrade(graph, target, []), []));
        expect(planUpgrade(graph, target, stamped)).toEqual([]);
        expect(planStamp(graph, [target], stamped)).toEqual([]);
      }),
      runs,
    );
  });

  it('a stamp of all heads leaves a row for each of them, and nothing to do', () => {
    fc.assert(
      fc.property(situations, ({ graph, rows }) => {
        const stamped = after(planStamp(graph, ['heads'], rows), rows);
        const heads = graph.realHeads().map(({ id }) => id);
        expect([...stamped].sort()).toEqual(heads.sort());
        expect(planUpgrade(graph, 'heads', stamped)).toEqual([]);
      }),
      runs,
    );
  });

  it('a stamp of several revisions notes exactly those and the rows that none of them is related to', () => {
    fc.assert(
      fc.property(
        situations,
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        ({ revisions, graph, rows }, numbers) => {
          const targets = [...new Set(numbers.map((number) => pick(revisions, number).id))];
          const steps = attempt(() => planStamp(graph, targets, rows));
          const overlap = targets.some((id) => targets.some((other) => required(graph, other).includes(id)));
          expect(steps === undefined).toBe(overlap);
          if (steps === undefined) return;
          const related = new Set(targets.flatMap((id) => [...graph.ancestors(id), ...graph.descendants(id)]));
          const expected = [...targets, ...rows.filter((id) => !related.has(id))].sort();
          expect(replay(steps, rows)).toEqual(expected);
          expect(attempt(() => planStamp(graph, [...targets].reverse(), rows))?.at(-1)?.rows ?? expected).toEqual(
            expected,
          );
        },
      ),
      runs,
    );
  });

  it('a stamp on the way, and then an upgrade, ends like an upgrade and then a stamp', () => {
    fc.assert(
      fc.property(histories, fc.nat(), fc.nat(), (revisions, low, high) => {
        const graph = RevisionGraph.of(revisions);
        const [first, last] = [pick(revisions, low).id, pick(revisions, high).id];
        fc.pre(graph.ancestors(last).includes(first));
        const stamped = after(planStamp(graph, [first], []), []);
        const upgraded = after(planUpgrade(graph, first, []), []);
        expect(after(planUpgrade(graph, last, stamped), stamped)).toEqual(
          after(planStamp(graph, [last], upgraded), upgraded),
        );
      }),
      runs,
    );
  });

  it('merging all heads leaves one', () => {
    fc.assert(
      fc.property(histories, (revisions) => {
        const heads = RevisionGraph.of(revisions)
          .realHeads()
          .map(({ id }) => id);
        const merge = { id: 'merged', downRevisions: heads, dependsOn: [], branchLabels: [], message: '', doc: '' };
        const graph = RevisionGraph.of([...revisions, merge]);
        expect(graph.realHeads().map(({ id }) => id)).toEqual(['merged']);
        expect(after(planUpgrade(graph, 'heads', []), [])).toEqual(['merged']);
      }),
      runs,
    );
  });

  it('history is complete and newest first', () => {
    fc.assert(
      fc.property(histories, (revisions) => {
        const graph = RevisionGraph.of(revisions);
        const seen = new Set<string>();
        for (const { id } of history(graph).reverse()) {
          expect(required(graph, id).every((other) => seen.has(other))).toBe(true);
          seen.add(id);
        }
        expect(seen.size).toBe(revisions.length);
      }),
      runs,
    );
  });

  it('plans are the same whenever they are made', () => {
    fc.assert(
      fc.property(situations, ({ revisions, graph, rows }) => {
        const again = RevisionGraph.of(revisions);
        expect(planUpgrade(again, 'heads', [...rows].reverse())).toEqual(planUpgrade(graph, 'heads', rows));
        expect(planDowngrade(again, 'base', [...rows].reverse())).toEqual(planDowngrade(graph, 'base', rows));
      }),
      runs,
    );
  });
});

describe('whatever is typed', () => {
  const words = fc.constantFrom(
    'head',
    'heads',
    'base',
    'current',
    '@',
    '+',
    '-',
    ':',
    '1',
    '99',
    'label0',
    'label1',
    idOf(0),
    idOf(1).slice(0, 5),
    ' ',
    '__proto__',
    'é',
  );
  const targets = fc.oneof(
    fc.array(words, { maxLength: 5 }).map((parts) => parts.join('')),
    fc.string(),
  );
  const rowLists = fc.array(fc.oneof(fc.constantFrom(idOf(0), idOf(1), idOf(2)), fc.string()), { maxLength: 3 });

  it('is answered, or refused with an error that says so', () => {
    fc.assert(
      fc.property(histories, targets, rowLists, (revisions, target, rows) => {
        const graph = RevisionGraph.of(revisions);
        attempt(() => planUpgrade(graph, target, rows));
        attempt(() => planDowngrade(graph, target, rows));
        attempt(() => planStamp(graph, [target, 'head'], rows));
        attempt(() => planStamp(graph, [target], rows, { purge: true }));
        attempt(() => history(graph, target, rows));
        attempt(() => currentRevisions(graph, rows));
        attempt(() => graph.resolve(target));
        attempt(() => graph.resolveOne(target));
        for (const command of ['upgrade', 'downgrade', 'stamp'] as const)
          attempt(() => parseOfflineRange(graph, target, command));
      }),
      { numRuns: 2000 },
    );
  });
});

/** undefined where it is refused; any other failure is one of ours, and comes through. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof MigrateError && error.message !== '') return undefined;
    throw error;
  }
}
