import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from './version.js';

it('is the version in package.json', () => {
  const manifest = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as { version: string };
  expect(version).toBe(manifest.version);
});
