#!/usr/bin/env node
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findLocalBin } from './local-install.js';

/** The command line. A global or npx copy hands over to the one that the application has installed. */
const local = findLocalBin({
  packageRoot: fileURLToPath(new URL('../../', import.meta.url)),
  args: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
});

if (local === undefined) {
  const { start } = await import('./main.js');
  start({
    packageRoot: fileURLToPath(new URL('../../', import.meta.url)),
    hooksUrl: new URL('./load/esm-hook.js', import.meta.url),
  });
} else {
  await import(pathToFileURL(local).href);
}
