import { join } from 'node:path';
import { RULES } from '../../lint/registry.js';
import { urlOf } from '../../lint/url.js';
import type { LintFinding } from '../../results.js';
import { lintGithub } from './lint-github.js';
import { lintSarif } from './lint-sarif.js';
import { lintText } from './lint-text.js';
import { Output } from './output.js';

/** A finding whose parts have all that the formats must escape. */
function finding(more: Partial<LintFinding> = {}): LintFinding {
  return {
    code: 'unique-over-duplicates',
    class: 'fails-on-rows',
    level: 'warning',
    dataSource: 'default',
    revision: 'a1',
    path: join(process.cwd(), 'migrations/versions/100%, a:b #1.ts'),
    line: 9,
    target: 'my, "table": 50%',
    message: 'First line.',
    look: 'SELECT 1',
    fix: 'await op.one();\nawait op.two();',
    fixPlace: 'before',
    url: urlOf('unique-over-duplicates'),
    ...more,
  };
}

it('annotations of GitHub escape what would end a property or the message', () => {
  expect(lintGithub([finding({ level: 'note' })])).toEqual([
    '::notice file=migrations/versions/100%25%2C a%3Ab #1.ts,line=9,title=unique-over-duplicates my%2C "table"%3A 50%25::' +
      'First line.%0ALook first, on the database itself:%0ASELECT 1%0ABefore it:%0Aawait op.one();%0Aawait op.two();%0A' +
      urlOf('unique-over-duplicates'),
  ]);
});

it('a terminal has a look at the rows before the code, each under its heading', () => {
  const sink = { write: () => undefined };
  const lines = lintText([finding()], {
    isNamed: true,
    style: { ...new Output(sink, sink, {}).style, yellow: (text) => text },
    looked: 'a1',
    shown: () => 'a1.ts',
  });
  expect(lines).toEqual([
    '[default] a1.ts:9  warning  unique-over-duplicates  my, "table": 50%',
    '  First line.',
    '  Look first, on the database itself:',
    '      SELECT 1',
    '  Before it:',
    '      await op.one();',
    '      await op.two();',
    `  ${urlOf('unique-over-duplicates')}`,
    '',
    '1 warning',
  ]);
});

describe('SARIF', () => {
  interface Result {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly level: string;
    readonly locations: readonly [
      { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } },
    ];
    readonly partialFingerprints: Readonly<Record<string, string>>;
  }
  interface Log {
    readonly runs: readonly [
      {
        readonly tool: {
          readonly driver: { readonly rules: readonly { readonly id: string; readonly helpUri: string }[] };
        };
        readonly results: readonly Result[];
      },
    ];
  }

  it('names each rule by its index, each file by a relative URI, and two findings of one target apart', () => {
    const findings = [finding(), finding({ line: 12 }), finding({ code: 'index-stops-writers', level: 'error' })];
    const log = lintSarif(findings) as Log;
    const [run] = log.runs;
    const { rules } = run.tool.driver;
    for (const { ruleId, ruleIndex, locations } of run.results) {
      expect(rules[ruleIndex]).toMatchObject({ id: ruleId, helpUri: urlOf(ruleId) });
      expect(locations[0].physicalLocation.artifactLocation.uri).toBe(
        'migrations/versions/100%25%2C%20a%3Ab%20%231.ts',
      );
    }
    expect(run.results.map(({ level }) => level)).toEqual(['warning', 'warning', 'error']);
    expect(new Set(run.results.map((one) => one.partialFingerprints['finding/v1'])).size).toBe(3);
  });

  it('knows every rule, and has no findings where there are none', () => {
    const log = lintSarif(RULES.map(({ code, level }) => finding({ code, level }))) as Log;
    expect(log.runs[0].results.map(({ ruleIndex }) => ruleIndex)).toEqual(RULES.map((_rule, at) => at));
    expect((lintSarif([]) as Log).runs[0]).toMatchObject({ results: [], tool: { driver: { rules: [] } } });
  });
});
