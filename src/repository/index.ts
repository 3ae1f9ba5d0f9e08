export type { PlanStep, Revision, RowChange } from './revision.js';
export { openRepository, type Repository } from './repository.js';
export type { PostWriteHook, RepositorySettings } from './settings.js';
export { RevisionGraph } from './graph/revision-graph.js';
export { planUpgrade } from './plan/upgrade.js';
export { ambiguousDowngrade, planDowngrade } from './plan/downgrade.js';
export { planStamp } from './plan/stamp.js';
export { currentRevisions } from './plan/current.js';
export { history, rangeInvolvesCurrent } from './plan/history.js';
export { parseOfflineRange, parseOfflineStamp, type OfflineRange } from './plan/offline-range.js';
export { createRepository, type CreatedRepository } from './create/create-repository.js';
export { listTemplates } from './create/templates.js';
export { writeRevision, type RevisionRequest, type Format } from './create/write-revision.js';
export { writeMerge } from './create/write-merge.js';
export type { Body } from './create/source-text.js';
export {
  loadRevision,
  type RevisionFunction,
  type RevisionFunctions,
  type RevisionModule,
} from './files/revision-module.js';
