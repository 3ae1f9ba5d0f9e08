import type { ImportedValue } from './import-clauses.js';

/** The root module of an application that webpack or rspack made one file of. */
export interface BundledModule {
  /** What the bundle's own `require` knows the module's file by: a number, or a string in quotes. */
  readonly bundleId: string;
  readonly exportName: string;
  readonly call?: ImportedValue['call'];
}

const bootCall =
  /\b(?:NestFactory|CommandFactory)\)?\s*\.\s*(?:create|run)\w*\s*\(\s*([\w$]+)\.([\w$]+)(?:\.([\w$]+)\(\s*(\)?))?/g;

/**
 * What a bundle passes to `NestFactory.create…`, where webpack or rspack kept the names of their own functions, as
 * `nest build` lets them: the module is one of the bundle's files, and can be loaded without the file that starts it.
 *
 * @returns undefined for any other file: minified, joined into one scope, or no bundle at all
 */
export function readBundledModule(text: string): BundledModule | undefined {
  if (startOf(text) === undefined) return undefined;
  for (const { index, 1: variable = '', 2: exportName = '', 3: member, 4: end } of text.matchAll(bootCall)) {
    const bundleId = requiredAs(variable, text.slice(0, index));
    if (bundleId === undefined) continue;
    const call = member === undefined ? {} : { call: { member, hasArguments: end === '' } };
    return { bundleId, exportName, ...call };
  }
  return undefined;
}

/** The bundle up to where it starts the application, with the exports of one of its files as its own. */
export function withoutStart(text: string, bundleId: string, format: 'module' | 'commonjs'): string {
  const start = startOf(text) ?? text.length;
  const exports = `__webpack_require__(${bundleId})`;
  if (format === 'module') return `${text.slice(0, start)}\nexport const bundled = await ${exports};\n`;
  return `${text.slice(0, start)}\nmodule.exports = ${exports}; return;\n${text.slice(start)}`;
}

/** Where the runtime of the bundler ends, and the file that starts the application is run. */
function startOf(text: string): number | undefined {
  return [...text.matchAll(/^.*\b(?:var|let|const) __webpack_exports__ = /gm)].at(-1)?.index;
}

function requiredAs(variable: string, before: string): string | undefined {
  const name = variable.replaceAll('$', String.raw`\$`);
  const statement = String.raw`\b${name}\s*=\s*__webpack_require__\(\s*(?:/\*.*?\*/\s*)?(\d+|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')\s*\)`;
  return [...before.matchAll(new RegExp(statement, 'g'))].at(-1)?.[1];
}

/** Code that people or compilers wrote has an end of line after some dozen characters. */
const LONGEST_USUAL_LINE = 250;

/** Whether a minifier has written a file: nearly all of it is in lines that nobody writes. Comments of licences may be left. */
export function isMinified(text: string): boolean {
  const code = text.replaceAll(/\/\*[^]*?\*\//g, '').replace(/^\/\/.*$/gm, '');
  const lines = code.split('\n').filter((line) => line.trim() !== '');
  const long = lines.filter((line) => line.length > LONGEST_USUAL_LINE).join('').length;
  return code.length > 0 && long / code.length > 0.8;
}
