import type { PlanStep, Revision } from '../../src/repository/revision.js';
import type * as repository from '../../src/repository/index.js';

export interface ConformanceCase {
  command: 'upgrade' | 'downgrade' | 'stamp';
  from: string[];
  target: string;
  steps?: (string | { from: string[]; to: string[] })[];
  rows?: string[][];
  to?: string[];
  error?: string;
}

export interface ConformanceGraph {
  graph: { id: string; down: string[]; depends: string[]; labels: string[] }[];
  heads: string[];
  bases: string[];
  branch_points: string[];
  merge_points: string[];
  history: string[];
  cases: ConformanceCase[];
}

/** The result for one graph (its shape) or one case: no `failure` is a pass. */
export interface Outcome {
  name: string;
  failure?: string;
  /** The order of steps, or the kind of error, is Alembic's own. */
  exact: boolean;
  /** `Alembic's kind > ours`, where an error is of another kind. */
  kinds?: string;
  /** Alembic's rows are wrong in this case, and ours are right. */
  corrected?: true;
}

type Api = Pick<typeof repository, 'RevisionGraph' | 'planUpgrade' | 'planDowngrade' | 'planStamp' | 'history'>;

export function toRevisions(graph: ConformanceGraph['graph']): Revision[];
export function checkGraph(api: Api, graph: ConformanceGraph, name: string): { shape: Outcome; cases: Outcome[] };
export function isOrdered(
  graph: ConformanceGraph['graph'],
  ids: readonly string[],
  direction: 'upgrade' | 'downgrade',
): boolean;
export type { PlanStep };
