/**
 * Packs the package, installs the tarball into fresh applications elsewhere, and works with them through the installed
 * `nest-cmd`. One line for each check; exit 1 when one fails. Run by `npm run test:pack`, after a build.
 *
 *     npm run test:pack -- templates bundles     # some of the subjects
 */
import { Report } from './support/report.mjs';
import { Scene } from './support/scene.mjs';

const subjects = [
  'main-job',
  'templates',
  'bundles',
  'monorepo',
  'nx-workspace',
  'entity-globs',
  'data-source-factory',
  'environment-file',
  'replication',
  'mysql',
  'node-versions',
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !subjects.includes(name));
if (unknown.length > 0) throw new Error(`No subject ${unknown.join(', ')}. There are ${subjects.join(', ')}.`);

const report = new Report();
const scene = new Scene(report);
try {
  for (const name of asked.length === 0 ? subjects : asked) {
    const started = performance.now();
    const { default: tryOut } = await import(`./subjects/${name}.mjs`);
    await tryOut(scene);
    console.log(`--- ${name}: ${Math.round((performance.now() - started) / 1000)} s`);
  }
} catch (error) {
  report.check('the checks ran to their end', false, error.stack);
} finally {
  await scene.close();
}
process.exitCode = report.finish();
