import { createHash } from 'node:crypto';
import { RULES } from '../../lint/registry.js';
import { urlOf } from '../../lint/url.js';
import type { LintFinding } from '../../results.js';
import { remediesOf } from './lint-remedies.js';
import { repositoryPath } from './repository-path.js';

/**
 * Findings as a log of SARIF 2.1.0, with the rules that they are of.
 *
 * The fingerprint of a finding is its revision, rule, data source and target: it stays the same when lines move.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function lintSarif(findings: readonly LintFinding[]): object {
  const rules = RULES.filter(({ code }) => findings.some((finding) => finding.code === code));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'nestjs-migrate',
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
        results: findings.map((finding) =>
          resultOf(
            finding,
            rules.findIndex(({ code }) => code === finding.code),
          ),
        ),
      },
    ],
  };
}

function resultOf(finding: LintFinding, ruleIndex: number): object {
  const { code, level, message, path, line, revision, dataSource, target } = finding;
  const text = [message, ...remediesOf(finding).flatMap((remedy) => [remedy.heading, remedy.text])].join('\n');
  return {
    ruleId: code,
    ruleIndex,
    level,
    message: { text },
    locations: [
      { physicalLocation: { artifactLocation: { uri: encodeURI(repositoryPath(path)) }, region: { startLine: line } } },
    ],
    partialFingerprints: {
      'finding/v1': createHash('sha256').update([revision, code, dataSource, target].join('\0')).digest('hex'),
    },
  };
}
