import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApplicationLoadError } from '../../errors/cli.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';

/** What went wrong while the application's files were loaded, in one line that names the file. */
export function loadError(error: unknown): MigrateError {
  if (error instanceof MigrateError) return error;
  const thrown = error instanceof Error ? error : new Error(String(error));
  const missing = missingModule(thrown);
  if (missing !== undefined) return missing;
  const place = placeOf(thrown);
  const [firstLine = ''] = thrown.message.split('\n');
  // An error of the hooks' thread has lost its class, but already says where.
  const message = /\.[cm]?[jt]s:\d+: /.test(firstLine) ? firstLine : `${nameOf(thrown)}${firstLine}`;
  return new ApplicationLoadError(
    `Cannot load the application: ${place === undefined || message.includes(place) ? '' : `${place}: `}${message}`,
    { hint: '--debug shows the stack.', cause: error },
  );
}

function nameOf({ name }: Error): string {
  return name === 'Error' ? '' : `${name}: `;
}

function missingModule(error: Error): ApplicationLoadError | undefined {
  const { code, requireStack, message } = error as Error & { code?: string; requireStack?: readonly string[] };
  if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const name = /^Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const importer = requireStack?.[0] ?? / imported from (.+)$/m.exec(message)?.[1];
  const where = importer === undefined ? '' : `${shorten(importer)}: `;
  const isFile = /^(\.|\/|[A-Za-z]:|file:)/.test(name);
  return new ApplicationLoadError(
    `Cannot load the application: ${where}cannot find ${isFile ? shorten(name) : `package ${name}`}.`,
    {
      hint: isFile
        ? 'Is the path right, and is it known to `paths` of tsconfig.json where it is an alias?'
        : `npm install ${name}`,
      cause: error,
    },
  );
}

/** First line of the stack that is in a file of the application: `src/app.module.ts:12`. */
function placeOf({ stack = '' }: Error): string | undefined {
  const syntax = /^((?:file:\/\/)?\/[^\n]+?|[A-Za-z]:\\[^\n]+?):(\d+)\n/.exec(stack);
  if (syntax !== null) return `${shorten(syntax[1] ?? '')}:${syntax[2]}`;
  const frames = /(?:\(|\bat (?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^\n()]+?):(\d+):\d+\)?$/gm;
  for (const [, file = '', line] of stack.matchAll(frames)) {
    if (!file.includes('node_modules')) return `${shorten(file)}:${line}`;
  }
  return undefined;
}

function shorten(path: string): string {
  if (path.startsWith('.')) return path;
  const file = path.startsWith('file:') ? fileURLToPath(path) : path;
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}
