import { Session } from 'node:inspector';
import { findSourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { shortPath } from '../../errors/source-place.js';

const HANDLE = 'nestjs-migrate:class';

/** A property that V8 keeps of a function and no script can read. */
interface InternalProperty {
  readonly name: string;
  readonly value?: {
    readonly value?: { readonly scriptId: string; readonly lineNumber: number; columnNumber: number };
  };
}

/**
 * Where a class is declared: `src/user.entity.ts:7`, or the line of its build.
 *
 * A class does not know its file, and neither does TypeORM; the debugger interface does.
 *
 * @returns undefined where that interface cannot be used
 */
export function placeOfClass(type: abstract new (...args: never[]) => unknown): string | undefined {
  const session = new Session();
  const urls = new Map<string, string>();
  const handles = globalThis as unknown as Record<string, unknown>;
  try {
    session.connect();
    session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
    ask(session, 'Debugger.enable', {});
    handles[HANDLE] = type;
    const { result } = ask<{ result: { objectId?: string } }>(session, 'Runtime.evaluate', {
      expression: `globalThis[${JSON.stringify(HANDLE)}]`,
    });
    const { internalProperties = [] } = ask<{ internalProperties?: readonly InternalProperty[] }>(
      session,
      'Runtime.getProperties',
      { objectId: result.objectId, ownProperties: true },
    );
    const found = internalProperties.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value;
    const url = found === undefined ? undefined : urls.get(found.scriptId);
    return found === undefined || !url ? undefined : sourceLine(url, found.lineNumber, found.columnNumber);
  } catch {
    return undefined;
  } finally {
    delete handles[HANDLE];
    session.disconnect();
  }
}

/** In-process sessions answer before `post` returns. */
export function ask<T>(session: Session, method: string, parameters: object): T {
  let answer: T | undefined;
  session.post(method, parameters, (error, result) => {
    if (error === null) answer = result as T;
  });
  if (answer === undefined) throw new Error(`${method} is not answered`);
  return answer;
}

/** The line of the source where a source map is loaded, else that of the script; both count from 0. */
export function sourceLine(url: string, line: number, column: number): string {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  const entry = (findSourceMap(path) ?? findSourceMap(url))?.findEntry(line, column);
  if (entry !== undefined && 'originalSource' in entry && entry.originalSource) {
    return `${shortPath(entry.originalSource)}:${entry.originalLine + 1}`;
  }
  return `${shortPath(path)}:${line + 1}`;
}
