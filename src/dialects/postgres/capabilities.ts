import type { Capabilities } from '../dialect.js';
import { maxIdentifierBytes } from '../../schema/name-between.js';

export const capabilities: Capabilities = {
  transactionalDdl: true,
  schemas: true,
  enums: true,
  comments: true,
  extensions: true,
  materializedViews: true,
  concurrentIndexes: true,
  namesPrimaryKeys: true,
  batchesTableChanges: false,
  namesIgnoreCapitals: false,
  maxIdentifierBytes,
};
