import { createHash } from 'node:crypto';
import { RULES } from '../../lint/registry.js';
import { urlOf } from '../../lint/url.js';
import { version } from '../../version.js';
import type { LintFinding } from '../../results.js';
import { remediesOf } from './lint-remedies.js';
import { repositoryPath } from './repository-path.js';

/**
 * Findings as a log of SARIF 2.1.0, with the rules that they are of.
 *
 * The fingerprint of a finding is its revision, rule, data source and target, and a number where several have the same: it stays the same when
 * lines move.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function lintSarif(findings: readonly LintFinding[]): object {
  const rules = RULES.filter(({ code }) => findings.some((finding) => finding.code === code));
  const seen = new Map<string, number>();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'nestjs-migrate',
            semanticVersion: version,
            informationUri: urlOf('README'),
            rules: rules.map(({ code, class: kind, level, summary, explanation }) => ({
              id: code,
              shortDescription: { text: summary },
              fullDescription: { text: summary },
              help: { text: explanation, markdown: explanation },
              helpUri: urlOf(code),
              defaultConfiguration: { level },
              properties: { tags: [kind] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => {
          const identity = identityOf(finding);
          const number = seen.get(identity) ?? 0;
          seen.set(identity, number + 1);
          return resultOf(finding, { ruleIndex: rules.findIndex(({ code }) => code === finding.code), number });
        }),
      },
    ],
  };
}

/** What a finding is about, whatever its line. */
function identityOf({ revision, code, dataSource, target }: LintFinding): string {
  return [revision, code, dataSource, target].join('\0');
}

interface Place {
  readonly ruleIndex: number;
  /** How many findings before it are about the same. */
  readonly number: number;
}

function resultOf(finding: LintFinding, { ruleIndex, number }: Place): object {
  const { code, level, message, path, line } = finding;
  const text = [message, ...remediesOf(finding).flatMap((remedy) => [remedy.heading, remedy.text])].join('\n');
  return {
    ruleId: code,
    ruleIndex,
    level,
    message: { text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' },
          region: { startLine: line },
        },
      },
    ],
    partialFingerprints: {
      'finding/v1': createHash('sha256')
        .update(identityOf(finding) + (number === 0 ? '' : `\0${number}`))
        .digest('hex'),
    },
  };
}

/** A path as a relative URI: `encodeURI` leaves `#` and `?` as they are. */
function uriOf(path: string): string {
  return repositoryPath(path).split('/').map(encodeURIComponent).join('/');
}
