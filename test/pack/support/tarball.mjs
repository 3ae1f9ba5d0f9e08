import { join } from 'node:path';
import { run } from './process.mjs';

/** The tarball has about 2.9 MB today; a jump over this means that something got in that should not. */
const LARGEST = 3_200_000;
const needed = [
  'package.json',
  'README.md',
  'LICENSE',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/cli/nest-cmd.js',
  'docs/lint/README.md',
];
const allowed =
  /^(dist\/.+\.(js|d\.ts|d\.ts\.map)|src\/.+(?<!\.spec)\.ts|docs\/.+\.(md|svg)|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;

/** Packs the package. @returns path of the tarball */
export function packTarball(root, destination, report) {
  const { isRight, stdout, output } = run(root, 'npm', ['pack', '--json', '--pack-destination', destination]);
  report.check('npm pack', isRight, output);
  if (!isRight) throw new Error('There is no tarball to try.');
  const answer = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  const [packed] = Array.isArray(answer) ? answer : Object.values(answer);
  const paths = packed.files.map(({ path }) => path);
  const strangers = paths.filter((path) => !allowed.test(path));
  report.check(
    'the tarball holds dist, the sources that its maps lead to, package.json and docs, and nothing else',
    strangers.length === 0,
    strangers,
  );
  const left = needed.filter((path) => !paths.includes(path));
  report.check('the tarball lacks nothing', left.length === 0, left);
  report.check(`the tarball is small: ${packed.size} bytes, at most ${LARGEST}`, packed.size <= LARGEST);
  return join(destination, packed.filename);
}
