import { Session } from 'node:inspector';
import { ask, sourceLine } from './class-place.js';

/** An EntitySchema as a file of the application has it. */
export interface WrittenSchema {
  readonly name: string;
  /** Where it is: `src/note.schema.ts:4`. */
  readonly place: string;
  /** The line of a column or a relation of it; its own where that is not found. */
  placeOf(property: string): string;
}

const CONSTRUCTED = /\bnew\s+(?:[\w$]+\.)*EntitySchema\s*(?:<[^()]*>)?\s*\(/g;

/**
 * The schemas whose names are written in the application's loaded files.
 *
 * An EntitySchema is an object without a file, and neither does TypeORM know one; the debugger interface has the text of
 * every file that is loaded, of CommonJS and of ES modules.
 *
 * @returns none where that interface cannot be used
 */
export function writtenSchemas(): readonly WrittenSchema[] {
  const session = new Session();
  const scripts: { readonly scriptId: string; readonly url: string }[] = [];
  try {
    session.connect();
    session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => void scripts.push({ scriptId, url }));
    ask(session, 'Debugger.enable', {});
    return scripts
      .filter(({ url }) => /^(?:file:|\/|[A-Za-z]:\\)/.test(url) && !/[\\/]node_modules[\\/]/.test(url))
      .flatMap(({ scriptId, url }) => {
        const { scriptSource } = ask<{ scriptSource: string }>(session, 'Debugger.getScriptSource', { scriptId });
        return schemasIn(scriptSource, url);
      });
  } catch {
    return [];
  } finally {
    session.disconnect();
  }
}

function schemasIn(text: string, url: string): readonly WrittenSchema[] {
  const starts = [...text.matchAll(CONSTRUCTED)].map(({ index }) => index);
  return starts.flatMap((start, number) => {
    const own = text.slice(start, starts[number + 1]);
    const name = /[{,\s]name\s*:\s*(['"`])(.*?)\1/.exec(own)?.[2];
    if (name === undefined) return [];
    const place = placeAt(text, start, url);
    const placeOf = (property: string): string => {
      const escaped = property.replaceAll('$', String.raw`\$`);
      const at = own.search(new RegExp(`(?<=[{,\\s])(?:${escaped}|'${escaped}'|"${escaped}")\\s*:\\s*[{[]`));
      return at < 0 ? place : placeAt(text, start + at, url);
    };
    return [{ name, place, placeOf }];
  });
}

function placeAt(text: string, index: number, url: string): string {
  const before = text.slice(0, index).split('\n');
  return sourceLine(url, before.length - 1, before.at(-1)?.length ?? 0);
}
