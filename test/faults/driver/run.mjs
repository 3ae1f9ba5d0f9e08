/**
 * Interrupts real upgrades and downgrades at every point, and looks at what is left and at what the next run makes of it.
 *
 *     npm run test:faults                                          all points, and the races: hours
 *     npm run test:faults -- --sample 150 --seed 7                 some of them, the same ones for a seed
 *     npm run test:faults -- --sample 900 --minutes 15             as many of them as fit
 *     npm run test:faults -- --only postgres,sqlite-wal            some databases
 *     npm run test:faults -- --faults kill,cut                     some faults
 *     npm run test:faults -- --rounds 50 --sample 0                the races alone
 *     npm run test:faults -- --list --only sqlite                  the messages of the runs, with their numbers
 *     npm run test:faults -- --point postgres/kill/one/up/37.after one point again, with all that is known of it
 *     npm run test:faults -- --write                               and writes the table of docs/reliability.md
 *
 * Needs the build. Ends with 1 when a point was not as it must be.
 */
import { transformFileSync } from '@swc/core';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-faults-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
for (const part of ['test/faults/driver', 'test/support']) compileFolder(part);
const { main } = await import(pathToFileURL(join(folder, 'test/faults/driver/main.js')).href);
// The servers' package ends the process with 0 when nothing is left to do, whatever `process.exitCode` says.
process.exit(await main(root, process.argv.slice(2)));

/** Node runs JavaScript: types are taken away, and nothing is checked. */
function compileFolder(part) {
  for (const name of readdirSync(join(root, part), { recursive: true })) {
    if (!/\.[jt]s$/.test(name) || /\.(d|spec)\.ts$/.test(name)) continue;
    const { code } = transformFileSync(join(root, part, name), {
      swcrc: false,
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        target: 'es2022',
      },
      module: { type: 'es6' },
    });
    const target = join(folder, part, name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
  }
}
