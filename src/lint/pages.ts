import type { LintRule } from './rule.js';

const DATABASES = { postgres: 'PostgreSQL', mysql: 'MySQL, MariaDB', sqlite: 'SQLite' } as const;

/** The pages of the rules in docs/lint: Markdown by file name. */
export function lintPages(rules: readonly LintRule[]): ReadonlyMap<string, string> {
  return new Map([['README.md', overview(rules)], ...rules.map((rule) => [`${rule.code}.md`, pageOf(rule)] as const)]);
}

function overview(rules: readonly LintRule[]): string {
  const rows = rules.map(
    ({ code, class: kind, level, databases, summary }) =>
      `| [\`${code}\`](${code}.md) | ${kind} | ${level} | ${titlesOf(databases)} | ${summary} |`,
  );
  return `# The rules of \`db lint\`

[How lint works](../guide/lint.md). These pages are written from the rules by \`npm run docs:lint\`.

| Rule | Class | Level | Databases | |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function pageOf({ code, class: kind, level, databases, summary, explanation, example }: LintRule): string {
  return `# ${code}

${summary}

Class \`${kind}\`, level \`${level}\`. ${titlesOf(databases)}.

${explanation}

## Found

\`\`\`ts
${example.unsafe}
\`\`\`
${example.safe === undefined ? '' : safePart(example.safe)}
## To allow it

${allowancePart(code)} [Guide](../guide/lint.md#to-allow-a-finding).
`;
}

function allowancePart(code: string): string {
  const option = `\`MigrateModule.forRoot({ lint: { allow: ['${code}'] } })\``;
  // A comment about a comment would be one more.
  if (code.startsWith('allowance-')) return `For all revisions: ${option}.`;
  return `With a comment above the statement, and the reason:

\`\`\`ts
// lint: allow ${code}, why it does no harm here
\`\`\`

For all revisions: ${option}.`;
}

function safePart(bodies: readonly string[]): string {
  const blocks = bodies.map((body) => `\`\`\`ts\n${body}\n\`\`\``);
  return `\n## In its place\n\n${blocks.join('\n\nand in a later revision\n\n')}\n`;
}

function titlesOf(databases: LintRule['databases'] = ['postgres', 'mysql', 'sqlite']): string {
  return databases.map((name) => DATABASES[name]).join(', ');
}
