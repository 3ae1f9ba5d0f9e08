import path from 'node:path';

/** Whether a path matches a glob pattern, by the rules that Node has for them. */
export function matchesGlob(file: string, pattern: string): boolean {
  const { emitWarning } = process;
  // Node 20 and 22 warn that this is experimental; a user can do nothing about it.
  process.emitWarning = () => undefined;
  try {
    return path.matchesGlob(file, pattern);
  } finally {
    process.emitWarning = emitWarning;
  }
}
