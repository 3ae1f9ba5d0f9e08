// Start-up of `nest-cmd db heads`: from TypeScript source against from the build.
//
//     npm run build && node bench/startup.mjs [application folder] [runs]
//
// Prints both medians, their ratio (target: at most 1.5), and what a start is made of. The runs alternate, so that a
// machine that is busy for a while is busy for both.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const app = resolve(process.argv[2] ?? join(root, 'sample-app'));
const runs = Number(process.argv[3] ?? 11);
const bin = join(root, 'dist/cli/nest-cmd.js');
if (!existsSync(bin)) throw new Error('Run `npm run build` first.');

function time(args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: app, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
  return performance.now() - started;
}

function median(values) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
}

const require = createRequire(join(app, 'package.json'));
const load = (...packages) => [
  '-e',
  packages.map((name) => `require(${JSON.stringify(require.resolve(name))})`).join(';'),
];
const cases = {
  'db heads, from source': [bin, 'db', 'heads', '--ts'],
  'db heads, from the build': [bin, 'db', 'heads'],
  'nest-cmd db --help (no application)': [bin, 'db', '--help'],
  'node alone': ['-e', ''],
  'node + @nestjs/core': load('@nestjs/core'),
  'node + @nestjs/core, @nestjs/typeorm, typeorm': load('@nestjs/core', '@nestjs/typeorm'),
};

const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (const args of Object.values(cases)) time(args);
for (let run = 0; run < runs; run++) {
  for (const [name, args] of Object.entries(cases)) times[name].push(time(args));
}

for (const [name, values] of Object.entries(times)) {
  console.log(
    `${name.padEnd(48)} median ${median(values).toFixed(0).padStart(5)} ms, best ${Math.min(...values)
      .toFixed(0)
      .padStart(5)} ms`,
  );
}
const ratio = median(times['db heads, from source']) / median(times['db heads, from the build']);
console.log(`ratio source : build = ${ratio.toFixed(2)} (target 1.5)`);
