/** A module class as a file names it: the import it comes from, and the name it is exported under. */
export interface NamedImport {
  readonly specifier: string;
  /** `default` for a default export. */
  readonly exportName: string;
}

const comments = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const bootCall =
  /\b(?:NestFactory|CommandFactory)\s*\.\s*(?:create\w*|run\w*)\s*(?:<[^()]*>)?\s*\(\s*([\w$]+)(?:\s*\.\s*([\w$]+))?/g;

/**
 * What a main file passes to `NestFactory.create…`, read as text: running the file would start the application.
 *
 * Understands imports of TypeScript and of ES modules, and the `require` calls that compilers make of them.
 *
 * @returns undefined when the call, or the import of its argument, is not there
 */
export function readRootModuleImport(mainFile: string): NamedImport | undefined {
  const text = mainFile.replace(comments, '$1');
  for (const [, local = '', member] of text.matchAll(bootCall)) {
    const found = importOf(text, local) ?? requireOf(text, local, member);
    if (found !== undefined) return found;
  }
  return undefined;
}

function importOf(text: string, local: string): NamedImport | undefined {
  const statements = /\bimport\s+(?:type\s+)?([^'";]+?)\s+from\s*['"]([^'"]+)['"]/g;
  for (const [, clause = '', specifier = ''] of text.matchAll(statements)) {
    const named = /\{([^}]*)\}/.exec(clause)?.[1]?.split(',') ?? [];
    for (const entry of named) {
      const [exportName = '', alias = exportName] = entry.trim().split(/\s+as\s+/);
      if (alias === local) return { specifier, exportName };
    }
    if (clause.split(/[,{]/)[0]?.trim() === local) return { specifier, exportName: 'default' };
  }
  return undefined;
}

/** `const app_module_1 = require("./app.module")` of tsc and swc: the argument is then a member of it. */
function requireOf(text: string, local: string, member: string | undefined): NamedImport | undefined {
  const name = local.replaceAll('$', String.raw`\$`);
  const whole = new RegExp(String.raw`\b${name}\s*=\s*(?:[\w$]+\()?\s*require\(\s*['"]([^'"]+)['"]`).exec(text);
  if (whole?.[1] !== undefined && member !== undefined) return { specifier: whole[1], exportName: member };
  const picked = new RegExp(String.raw`\{[^}]*\b${name}\b[^}]*\}\s*=\s*require\(\s*['"]([^'"]+)['"]`).exec(text);
  return picked?.[1] === undefined ? undefined : { specifier: picked[1], exportName: local };
}
