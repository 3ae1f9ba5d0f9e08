/**
 * Compares our graph and plans with Alembic's answers, by the rules of README.md.
 *
 * Plain JavaScript that is handed the functions to check: Jest runs it on the sources, `run.mjs` on the build.
 */

export function toRevisions(graph) {
  return graph.map(({ id, down, depends, labels }) => ({
    id,
    downRevisions: down,
    dependsOn: depends,
    branchLabels: labels,
    message: '',
    doc: '',
  }));
}

/** Everything that one entry of the file says, as a list of outcomes. */
export function checkGraph(api, entry, name) {
  const graph = api.RevisionGraph.of(toRevisions(entry.graph));
  const shape = { name: `${name} shape`, ...checkShape(api, graph, entry) };
  const cases = entry.cases.map((test) => {
    const title = `${name} ${test.command} ${test.target} from [${test.from}]`;
    return { name: title, ...checkCase(api, graph, entry.graph, test) };
  });
  return { shape, cases };
}

function checkShape(api, graph, entry) {
  const found = {
    heads: ids(graph.heads()),
    bases: ids(graph.bases()),
    branch_points: ids(graph.branchPoints()),
    merge_points: ids(graph.mergePoints()),
  };
  for (const [key, value] of Object.entries(found)) {
    if (!same(value.sort(), entry[key])) return fail(`${key} are [${value}], expected [${entry[key]}]`);
  }
  const history = ids(api.history(graph));
  if (!same([...history].sort(), [...entry.history].sort())) return fail(`history is [${history}]`);
  if (!isOrdered(entry.graph, history, 'downgrade')) return fail(`history is out of order: [${history}]`);
  return { exact: same(history, entry.history) };
}

function checkCase(api, graph, shape, test) {
  const { steps, error } = run(api, graph, test);
  if (test.error !== undefined) {
    if (error === undefined) return fail(`expected an error (${test.error}), got steps [${steps.map(nameOf)}]`);
    return error.kind === test.error ? { exact: true } : { exact: false, kinds: `${test.error} > ${error.kind}` };
  }
  if (error !== undefined) return fail(`expected steps [${test.steps.map(nameOf)}], got: ${error.message}`);
  const end = steps.at(-1)?.rows ?? [...test.from].sort();
  const right = correctedRows(shape, test);
  if (right !== undefined) {
    return same(end, right)
      ? { exact: true, corrected: true }
      : fail(`rows at the end are [${end}], right is [${right}]`);
  }
  if (!same(end, test.to)) return fail(`rows at the end are [${end}], expected [${test.to}]`);
  return test.command === 'stamp' ? checkStamp(steps, test) : checkPlan(steps, shape, test);
}

function run(api, graph, test) {
  try {
    return { steps: plan(api, graph, test) };
  } catch (error) {
    if (error.kind === undefined) throw error;
    return { error };
  }
}

function plan(api, graph, { command, target, from }) {
  if (command === 'stamp') return api.planStamp(graph, [target], from);
  return command === 'upgrade' ? api.planUpgrade(graph, target, from) : api.planDowngrade(graph, target, from);
}

function checkPlan(steps, shape, test) {
  const done = steps.map((step) => step.revision.id);
  if (!same([...done].sort(), [...test.steps].sort())) return fail(`steps are [${done}], expected [${test.steps}]`);
  if (!isOrdered(shape, done, test.command)) return fail(`steps are out of order: [${done}]`);
  if (!same(done, test.steps)) return { exact: false };
  return sameRows(steps, test) ? { exact: true } : fail(rowsDiffer(steps, test));
}

function checkStamp(steps, test) {
  const done = steps.map(({ from, to }) => ({ from: [...from].sort(), to: [...to].sort() }));
  const expected = test.steps.map(({ from, to }) => ({ from: [...from].sort(), to: [...to].sort() }));
  const key = (list) => list.map((step) => JSON.stringify(step)).sort();
  if (!same(key(done), key(expected)))
    return fail(`steps are ${JSON.stringify(done)}, expected ${JSON.stringify(expected)}`);
  if (JSON.stringify(done) !== JSON.stringify(expected)) return { exact: false };
  return sameRows(steps, test) ? { exact: true } : fail(rowsDiffer(steps, test));
}

/**
 * The rows that a stamp should leave, where Alembic's are wrong: it loses the row of a head that is there already when
 * another head takes the place of other rows, and writes rows one of which is part of another, which no upgrade accepts.
 */
function correctedRows(shape, { command, target, to }) {
  if (command !== 'stamp') return undefined;
  const required = requirements(shape);
  const right =
    target === 'heads'
      ? unrequired(
          shape.map(({ id }) => id),
          required,
        )
      : unrequired(to, required);
  return same(right, to) ? undefined : right;
}

/** Those of the ids that none of the others requires, sorted. */
function unrequired(ids, required) {
  const below = new Set();
  const todo = ids.flatMap((id) => required.get(id));
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (below.has(id)) continue;
    below.add(id);
    todo.push(...required.get(id));
  }
  return ids.filter((id) => !below.has(id)).sort();
}

/** What each revision revises or depends on, by id. */
function requirements(shape) {
  const labels = new Map(shape.flatMap(({ id, labels }) => labels.map((label) => [label, id])));
  return new Map(
    shape.map(({ id, down, depends }) => [id, [...down, ...depends.map((name) => labels.get(name) ?? name)]]),
  );
}

/** Does each revision stand after (on the way down: before) all that it revises or depends on? */
export function isOrdered(shape, list, direction) {
  const place = new Map(list.map((id, index) => [id, index]));
  const requirementsOf = requirements(shape);
  return shape.every(({ id }) => {
    if (!place.has(id)) return true;
    const required = requirementsOf.get(id).filter((name) => place.has(name));
    return required.every((name) => place.get(name) < place.get(id) === (direction === 'upgrade'));
  });
}

function sameRows(steps, test) {
  return steps.every(({ rows }, index) => same(rows, test.rows[index]));
}

function rowsDiffer(steps, test) {
  const index = steps.findIndex(({ rows }, at) => !same(rows, test.rows[at]));
  return `rows after step ${index + 1} are [${steps[index].rows}], expected [${test.rows[index]}]`;
}

function same(left, right) {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

function ids(revisions) {
  return revisions.map(({ id }) => id);
}

function nameOf(step) {
  return typeof step === 'string' ? step : (step.revision?.id ?? `${step.from}>${step.to}`);
}

function fail(failure) {
  return { failure, exact: false };
}
