import { nodeForPgBoss } from '../../support/node-22.js';
import { describeQueue } from './exactly-once.js';

describeQueue({ name: 'pg-boss', node: nodeForPgBoss() });
