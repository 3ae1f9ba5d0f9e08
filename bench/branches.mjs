/**
 * How `heads`, `history` and `current` grow with the number of branches, for several shapes of a history.
 *
 *     npm run build && node bench/branches.mjs [BRANCHES]
 *
 * What the commands do behind the loading of the files and the query of the version table is measured in this process: four
 * times the branches may take about four times as long. The smallest of several rounds counts.
 */
import { row } from './measure.mjs';

const { currentRevisions, history, RevisionGraph } = await import('../dist/repository/index.js');
const { describeRevision } = await import('../dist/service/report/describe.js');

const most = Number(process.argv[2] ?? 5_000);
const ROUNDS = 5;

/** Revisions of a history with this many branches. */
const shapes = {
  'from one base': (count) => [revision('base'), ...times(count, (index) => revision(`a${index}`, ['base']))],
  'of two, from one base': (count) => [
    revision('base'),
    ...times(count, (index) => revision(`a${index}`, ['base'])),
    ...times(count, (index) => revision(`b${index}`, [`a${index}`])),
  ],
  'with bases of their own': (count) => times(count, (index) => revision(`a${index}`)),
  'with labels': (count) => [
    revision('base'),
    ...times(count, (index) => revision(`a${index}`, ['base'], { branchLabels: [`label${index}`] })),
  ],
  'that depend on one revision': (count) => [
    revision('base'),
    ...times(count, (index) => revision(`a${index}`, [], { dependsOn: ['base'] })),
  ],
  'that depend on the one before': (count) =>
    times(count, (index) => revision(`a${index}`, [], { dependsOn: index === 0 ? [] : [`a${index - 1}`] })),
  'from each revision of a line': (count) =>
    times(count, (index) => [
      revision(`line${index}`, index === 0 ? [] : [`line${index - 1}`]),
      revision(`side${index}`, [`line${index}`]),
    ]).flat(),
  'merged two and two': (count) => [
    revision('base'),
    ...times(count, (index) => revision(`a${index}`, ['base'])),
    ...times(count / 2, (index) => revision(`m${index}`, [`a${2 * index}`, `a${2 * index + 1}`])),
  ],
  'merged by one revision': (count) => [
    revision('base'),
    ...times(count, (index) => revision(`a${index}`, ['base'])),
    revision(
      'merge',
      times(count, (index) => `a${index}`),
    ),
  ],
  'one merged after the other': (count) => [
    revision('m0'),
    ...times(count, (index) => revision(`a${index + 1}`, ['m0'])),
    ...times(count, (index) => revision(`m${index + 1}`, [`m${index}`, `a${index + 1}`])),
  ],
};

const commands = {
  heads: (graph) => graph.heads().map((head) => describeRevision(graph, head)),
  history: (graph) => history(graph).map((found) => describeRevision(graph, found)),
  current: (graph, rows) => currentRevisions(graph, rows).map((found) => describeRevision(graph, found)),
  'history current:': (graph, rows) => history(graph, 'current:', rows),
};

for (const [shape, make] of Object.entries(shapes)) {
  row(`${most} branches ${shape}`, `${most / 4}, ms`, `${most}, ms`, 'ratio');
  const [few, many] = [sceneOf(make(most / 4)), sceneOf(make(most))];
  for (const [name, command] of [
    ['graph', (_graph, _rows, revisions) => RevisionGraph.of(revisions)],
    ...Object.entries(commands),
  ]) {
    const [short, long] = [few, many].map(({ graph, rows, revisions }) =>
      fastest(() => command(graph, rows, revisions)),
    );
    row(`  ${name}`, short.toFixed(1), long.toFixed(1), (long / short).toFixed(1));
  }
}

/** A database at all heads. */
function sceneOf(revisions) {
  const graph = RevisionGraph.of(revisions);
  return { revisions, graph, rows: graph.realHeads().map(({ id }) => id) };
}

function fastest(work) {
  const rounds = times(ROUNDS, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return Math.min(...rounds);
}

function revision(id, downRevisions = [], more = {}) {
  return { id, downRevisions, dependsOn: [], branchLabels: [], message: '', doc: '', ...more };
}

function times(count, make) {
  return Array.from({ length: count }, (_, index) => make(index));
}
