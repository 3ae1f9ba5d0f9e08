// Writes docs/lint from the rules of the build. `src/lint/pages.spec.ts` checks that it is current.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintPages } from '../../dist/lint/pages.js';
import { RULES } from '../../dist/lint/registry.js';

const folder = join(import.meta.dirname, '../../docs/lint');
const pages = lintPages(RULES);
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name));
for (const [name, text] of pages) writeFileSync(join(folder, name), text);
