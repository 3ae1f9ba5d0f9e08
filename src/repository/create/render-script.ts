import { Script } from 'node:vm';
import { TemplateFailedError } from '../../errors/repository-files.errors.js';
import { readScriptTemplate } from '../script-template.js';
import { exportedFunctions, literal, type Body, type Names } from './source-text.js';
import { scriptTemplate } from './templates.js';

/** What is written into a new revision file. */
export interface ScriptContent {
  readonly revision: string;
  readonly downRevision: Names;
  readonly branchLabels: Names;
  readonly dependsOn: Names;
  readonly message: string;
  readonly createDate: string;
  /** Whole import statements. */
  readonly imports: readonly string[];
  readonly upgrade: Body;
  readonly downgrade: Body;
}

type Renderer = { compileToString(template: string): string; renderString(template: string, data: object): string };

/**
 * Fills the repository's `script.ts.eta`, or the stock one where a repository has none.
 *
 * @throws TemplateFailedError with the line of the template; MergeConflictError
 */
export async function renderScript(
  directory: string,
  content: ScriptContent,
  templateArgs: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { path, text: template = scriptTemplate } = readScriptTemplate(directory);
  const { Eta } = await import('eta');
  const eta: Renderer = new Eta({ autoEscape: false, autoTrim: false, debug: true });
  checkSyntax(eta, template, path);
  try {
    return eta.renderString(template.replaceAll('\r\n', '\n'), { ...templateArgs, ...scriptContext(content) });
  } catch (error) {
    throw failed(path, error);
  }
}

/** The variables of a template, under `it`. */
function scriptContext(content: ScriptContent): object {
  const { downRevision, message } = content;
  const revises = typeof downRevision === 'string' ? downRevision : (downRevision ?? []).join(', ');
  const doc = message.trim().replaceAll('*/', '*\\/').split(/\r?\n/);
  return {
    ...content,
    doc: doc
      .map((line) => line.trimEnd())
      .join('\n * ')
      .replaceAll(' * \n', ' *\n'),
    revises: revises === '' ? '<base>' : revises,
    literal: (name: 'revision' | 'downRevision' | 'branchLabels' | 'dependsOn') => literal(name, content[name]),
    upgrade: exportedFunctions('upgrade', content.upgrade),
    downgrade: exportedFunctions('downgrade', content.downgrade),
  };
}

/** Reports the line of a tag that is no valid JavaScript. The engine does not, but its code counts the template's lines. */
function checkSyntax(eta: Renderer, template: string, path: string): void {
  let code = '';
  try {
    code = eta.compileToString(template);
    void new Script(`(function () {${code}\n})`, { filename: 'template' });
  } catch (error) {
    if (!(error as Error).name.includes('SyntaxError')) throw failed(path, error);
    const at = /^template:(\d+)/.exec((error as Error).stack ?? '')?.[1];
    const before = code.split('\n').slice(0, Number(at)).join('\n');
    const line = [...before.matchAll(/^__eta\.line=(\d+)$/gm)].at(-1)?.[1];
    throw new TemplateFailedError(path, (error as Error).message, {
      cause: error,
      ...(line && { line: Number(line) }),
    });
  }
}

function failed(path: string, error: unknown): TemplateFailedError {
  const { message, cause } = error as Error;
  const line = /(?:^| at )line (\d+)/.exec(message)?.[1];
  const reason = cause instanceof Error ? cause.message : (message.split(/ at line /)[0] ?? message);
  return new TemplateFailedError(path, reason, { cause: error, ...(line && { line: Number(line) }) });
}
