import { resolve } from 'node:path';

const word = String.raw`("[^"]*"|'[^']*'|[^\s"']+)`;
const envFile = new RegExp(String.raw`--env-file(?:-if-exists)?(?:=|\s+)${word}`, 'g');
const preload = /(?:-r|--require|--import)(?:=|\s+)dotenv\/config\b/;
const preloadPath = new RegExp(String.raw`\b(?:dotenv_config_path|DOTENV_CONFIG_PATH)=${word}`);
const wrapper = /(?:^|&&|;)\s*(?:npx\s+)?(dotenv|env-cmd)\s+([^&;]*)/;
const wrapperFile = new RegExp(String.raw`(?:-e|-f|--file)(?:=|\s+)${word}`, 'g');

/** Environment files that the start script names, and the name of that script. */
export interface StartScript {
  readonly name: string;
  /** Absolute paths, the first that has a variable decides. */
  readonly files: readonly string[];
}

/**
 * The environment files by which the scripts of package.json start the application: `node --env-file .env dist/main`,
 * `nest start --env-file .env`, `node -r dotenv/config dist/main`, `dotenv -e .env -- …`, `env-cmd -f .env …`.
 *
 * The first of `start` and `start:dev` that names any counts; `start:prod` before them where NODE_ENV is `production`.
 */
export function readStartScript(
  scripts: Readonly<Record<string, unknown>>,
  folder: string,
  production: boolean,
): StartScript | undefined {
  for (const name of [...(production ? ['start:prod'] : []), 'start', 'start:dev', 'dev']) {
    const script = scripts[name];
    const files = typeof script === 'string' ? filesOf(script) : [];
    if (files.length > 0) return { name, files: files.map((file) => resolve(folder, file)) };
  }
  return undefined;
}

function filesOf(script: string): readonly string[] {
  // With Node the last file decides, with dotenv-cli the first.
  const ofNode = all(script, envFile).reverse();
  if (preload.test(script)) return [...ofNode, unquoted(preloadPath.exec(script)?.[1] ?? '.env')];
  const [, , options = ''] = wrapper.exec(script) ?? [undefined, undefined, undefined];
  if (options === '') return ofNode;
  const named = all(options.split(/\s--(?:\s|$)/)[0] ?? '', wrapperFile);
  return [...ofNode, ...(named.length === 0 ? ['.env'] : named)];
}

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, file = '']) => unquoted(file));
}

function unquoted(text: string): string {
  return text.replaceAll(/^["']|["']$/g, '');
}
