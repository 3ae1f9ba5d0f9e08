import { configureGlobal } from 'fast-check';

/**
 * Property tests draw the same cases in each run, so that a failure is the change's and never chance. `npm run test:random`
 * sets FC_SEED to draw others.
 */
const seed = process.env['FC_SEED'] || '20261122';
configureGlobal({ seed: Number(seed) });
