import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { TemplateNotFoundError } from '../../errors/repository-files.errors.js';
import { scriptTemplateFile } from '../script-template.js';
import { defaultSettings, settingsFile } from '../settings.js';

/** Files of a new repository, by path relative to it, in the order they are written. */
export type TemplateFiles = ReadonlyMap<string, string>;

interface Template {
  readonly description: string;
  readonly files: TemplateFiles;
}

/**
 * What a stock repository has for its `script.ts.eta`. `it` is a `ScriptContext`.
 *
 * The message survives compilers that remove comments (`removeComments`, minifiers): they keep one that begins with `!`,
 * and TypeScript keeps it only when an empty line separates it from an import that it erases.
 */
export const scriptTemplate = `/*!
 * <%= it.doc %>
 *
 * Revision ID: <%= it.revision %>
 * Revises: <%= it.revises %>
 * Create Date: <%= it.createDate %>
 */

import type { Operations } from 'nestjs-migrate';
<% for (const line of it.imports) { -%>
<%= line %>
<% } -%>

export const revision = <%= it.literal('revision') %>;
export const downRevision = <%= it.literal('downRevision') %>;
export const branchLabels = <%= it.literal('branchLabels') %>;
export const dependsOn = <%= it.literal('dependsOn') %>;

<%= it.upgrade %>

<%= it.downgrade %>
`;

const readme = (description: string, more: string): string => `# Migrations

${description}.

- \`versions/\` has one file for each revision. They belong under version control, and travel with the application as they are: no build step.
- \`script.ts.eta\` is what new revisions are written from. It is yours to change.
- \`migrations.json\` has the settings: how files are named, where they lie, what is run on new ones.
- \`tsconfig.json\` makes editors check the revisions. Keep this directory out of the application's own build: \`npx nest-cmd db init\` lists it under \`exclude\` of the tsconfig that builds.
${more}
\`\`\`sh
npx nest-cmd db migrate -m "what changed" # write a revision from the changes of the entities
npx nest-cmd db upgrade                   # run what the database does not have yet
npx nest-cmd db downgrade                 # undo the last revision
npx nest-cmd db history                   # list the revisions
\`\`\`
`;

const multidbNotes = `
One history serves several databases. A revision exports \`upgrade\` and \`downgrade\` as objects with a function for each data source, by its name:

\`\`\`ts
export const upgrade = {
  default: upgradeDefault,
  analytics: upgradeAnalytics,
};
\`\`\`

A data source that a revision does not name has nothing to do there. Each database has a version table of its own.
`;

const { timezone, ...settings } = defaultSettings;
const tsconfig = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    isolatedModules: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['**/*.ts'],
};

const builtIn: Readonly<Record<string, Template>> = {
  default: template('Migrations of one database, by nestjs-migrate', ''),
  multidb: template('Migrations of several databases that share one history, by nestjs-migrate', multidbNotes),
};

function template(description: string, notes: string): Template {
  const files = [
    ['README', readme(description, notes)],
    [settingsFile, settingsText({ ...settings, timezone })],
    [scriptTemplateFile, scriptTemplate],
    ['tsconfig.json', settingsText(tsconfig)],
  ] as const;
  return { description, files: new Map(files) };
}

/** JSON as a file that people edit has it. */
export function settingsText(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(/\[\n\s+("[^"]*")\n\s+\]/g, '[$1]')}\n`;
}

/** The templates that come with the package. */
export function listTemplates(): { name: string; description: string }[] {
  return Object.entries(builtIn).map(([name, { description }]) => ({ name, description }));
}

/**
 * The files of a template: one of the package by name, or a directory when there is a slash in the name.
 *
 * @throws TemplateNotFoundError
 */
export function readTemplate(name: string): TemplateFiles {
  if (/[/\\]/.test(name)) return readTemplateDirectory(resolve(name));
  const found = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined;
  if (found !== undefined) return found.files;
  throw new TemplateNotFoundError(`There is no template "${name}"`, {
    hint: `The templates are ${Object.keys(builtIn).join(', ')}. A directory of your own is given as a path, such as ./${name}.`,
  });
}

function readTemplateDirectory(directory: string): TemplateFiles {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new TemplateNotFoundError(`There is no template directory ${directory}`);
  }
  if (!existsSync(join(directory, scriptTemplateFile))) {
    throw new TemplateNotFoundError(`The directory ${directory} is no template: it has no ${scriptTemplateFile}`);
  }
  const paths = filesIn(directory).sort();
  return new Map(paths.map((path) => [relative(directory, path), readFileSync(path, 'utf8')]));
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return /^(?:node_modules|\.git)$/.test(entry.name) ? [] : filesIn(path);
    return [path];
  });
}
