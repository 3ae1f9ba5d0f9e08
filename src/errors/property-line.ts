/**
 * The line in which a class declares a property, or in which compiled code decorates it; lines count from 1.
 *
 * @param from line of the class
 */
export function lineOfProperty(source: string, className: string, property: string, from: number): number | undefined {
  const lines = source.split(/\r?\n/);
  const [type, name] = [escaped(className), escaped(property)];
  const modifiers = '(?:(?:public|private|protected|readonly|declare|override|static|abstract|accessor)\\s+)*';
  // Decorators may precede it on its line.
  const declared = new RegExp(`^\\s*(?:@.*\\)\\s*)?${modifiers}["']?${name}["']?\\s*[!?]?\\s*[:=;]`);
  const decorated = new RegExp(`\\b${type}\\.prototype,\\s*["']${name}["']`);
  const next = lines.findIndex(
    (line, index) => index >= from && /^(?:export\s+)?(?:default\s+)?(?:abstract\s+)?class\s/.test(line),
  );
  const end = next === -1 ? lines.length : next;
  const inClass = lines.findIndex((line, index) => index >= from - 1 && index < end && declared.test(line));
  const found = inClass === -1 ? lines.findIndex((line) => decorated.test(line)) : inClass;
  return found === -1 ? undefined : found + 1;
}

/**
 * The type of a property, where nothing in the source declares or imports a type of that name: most often it is misspelt.
 *
 * @param line of the property, counted from 1
 */
export function unknownTypeOf(source: string, property: string, line: number): string | undefined {
  const text = source.split(/\r?\n/)[line - 1] ?? '';
  const type = new RegExp(`(?<![\\w$])${escaped(property)}["']?\\s*[!?]?\\s*:\\s*([A-Za-z_$][\\w$]*)\\s*[;=]`).exec(
    text,
  )?.[1];
  if (type === undefined || type in globalThis || LANGUAGE.has(type)) return undefined;
  const elsewhere = new RegExp(`(?<![\\w$])(?<!:\\s*)${escaped(type)}(?![\\w$])`);
  return elsewhere.test(source) ? undefined : type;
}

/** Types that TypeScript has by itself. */
const LANGUAGE = new Set([
  'any',
  'bigint',
  'boolean',
  'never',
  'number',
  'object',
  'string',
  'symbol',
  'undefined',
  'unknown',
  'void',
]);

function escaped(name: string): string {
  return name.replaceAll('$', '\\$');
}
