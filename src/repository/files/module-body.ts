import { pathToFileURL } from 'node:url';

/** A CommonJS module as a function: of `exports`, `require`, `module`, `__filename` and `__dirname`. */
export type ModuleBody = (...scope: unknown[]) => void;

/**
 * Makes the code of a CommonJS module callable, in this realm.
 *
 * `vm` would make it in Node's own: under Jest that is another one, where `new Date() instanceof Date` is false for the
 * drivers that the code hands its values to.
 *
 * @throws SyntaxError
 */
export function moduleBody(code: string, path: string): ModuleBody {
  // oxlint-disable-next-line no-eval
  const evaluate = globalThis.eval;
  return evaluate(
    `(function (exports, require, module, __filename, __dirname) {${code}\n})\n//# sourceURL=${pathToFileURL(path)}`,
  ) as ModuleBody;
}
