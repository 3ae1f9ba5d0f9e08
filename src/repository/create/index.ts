export { createRepository, type CreatedRepository } from './create-repository.js';
export { listTemplates } from './templates.js';
export { writeRevision, type RevisionRequest, type Format } from './write-revision.js';
export { writeMerge } from './write-merge.js';
export type { Body } from './source-text.js';
