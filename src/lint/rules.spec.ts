import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from '../../test/support/linting.js';
import { RULES } from './registry.js';

/** The example of each rule, which its page shows: the first body has the finding, and what to write in its place has none. */
describe('the rules of lint', () => {
  it('are those that have a file, each by the name of its code', () => {
    const files = readdirSync(join(__dirname, 'rules')).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'),
    );
    expect(RULES.map(({ code }) => `${code}.ts`).sort()).toEqual(files.sort());
  });

  describe.each(RULES.map((rule) => [rule.code, rule] as const))('%s', (code, { databases, example, class: kind }) => {
    const database = databases?.[0] ?? 'postgres';

    it('finds its example', async () => {
      const findings = await lint(example.unsafe, { database, ...example.facts });
      expect(findings.filter((one) => one.code === code)).toEqual([
        expect.objectContaining({ target: example.target, class: kind }),
      ]);
    });

    if (example.safe !== undefined) {
      it('finds nothing in the safe form', async () => {
        const findings = await lint(example.safe ?? [], { database, ...example.facts });
        expect(findings.map(({ code: found, target, line }) => `${line} ${found} ${target}`)).toEqual([]);
      });
    }
  });
});
