import { configureGlobal } from 'fast-check';

/**
 * Property tests draw other cases in each run, and print the seed of one that fails. With FC_SEED they draw the same:
 * a change is then judged by what it changes. Set by `.ci/run`.
 */
const seed = process.env['FC_SEED'];
if (seed !== undefined && seed !== '') configureGlobal({ seed: Number(seed) });
