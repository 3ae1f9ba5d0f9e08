import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintPages } from './pages.js';
import { RULES } from './registry.js';

describe('docs/lint', () => {
  it('is what the rules say: `npm run docs:lint` writes it', () => {
    const folder = join(__dirname, '../../docs/lint');
    const written = Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
    expect(written).toEqual(Object.fromEntries(lintPages(RULES)));
  });
});
