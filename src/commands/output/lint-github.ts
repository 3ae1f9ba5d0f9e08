import type { LintFinding } from '../../results.js';
import { remediesOf } from './lint-remedies.js';
import { repositoryPath } from './repository-path.js';

const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const;

/**
 * Findings as workflow commands of GitHub Actions, which become annotations of the lines.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function lintGithub(findings: readonly LintFinding[]): readonly string[] {
  return findings.map((finding) => {
    const { level, path, line, code, target, message, url } = finding;
    const properties = { file: repositoryPath(path), line: String(line), title: `${code} ${target}` };
    const named = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(value)}`);
    const lines = [message, ...remediesOf(finding).flatMap(({ heading, text }) => [heading, text]), url];
    return `::${COMMANDS[level]} ${named.join(',')}::${escaped(lines.join('\n'))}`;
  });
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
