/** Where a line of generated code ends; the formatter of most projects would break it there too. */
const lineWidth = 120;

export type Names = string | readonly string[] | null;

/** The body of one function, or of one for each data source by name. */
export type Body = string | Readonly<Record<string, string>>;

/** A string as TypeScript writes it: single quotes, unless that would need escapes and double quotes would not. */
export function quote(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  const useDouble = text.includes("'") && !text.includes('"');
  return useDouble ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
}

/** The literal after `export const <name> = `; a list that is too long for its line gets one line for each item. */
export function literal(name: string, value: Names): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quote(value);
  const items = value.map(quote);
  const line = `[${items.join(', ')}]`;
  const fits = `export const ${name} = ${line};`.length <= lineWidth;
  return fits ? line : `[\n${items.map((item) => `  ${item},\n`).join('')}]`;
}

/** The exported function of a direction; or the object by data source, and the functions it names. */
export function exportedFunctions(direction: 'upgrade' | 'downgrade', body: Body): string {
  if (typeof body === 'string') return `export ${functionText(direction, body)}`;
  const functions = named(direction, Object.entries(body));
  if (functions.length === 0) return `export const ${direction} = {};`;
  const keys = functions.map(({ key, name }) => `  ${key}: ${name},\n`).join('');
  const texts = functions.map(({ name, source }) => `\n\n${functionText(name, source)}`).join('');
  return `export const ${direction} = {\n${keys}};${texts}`;
}

function functionText(name: string, body: string): string {
  const lines = body.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
  return `async function ${name}(op: Operations): Promise<void> {${lines === '' ? '' : `\n${lines}\n`}}`;
}

/** Names of data sources need not be identifiers: `db-2` becomes `upgradeDb2`. */
function named(direction: string, bodies: readonly (readonly [string, string])[]) {
  const taken = new Set<string>();
  return bodies.map(([dataSource, source]) => {
    const words = dataSource.match(/[A-Za-z0-9]+/g) ?? ['database'];
    const base = direction + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base}_${count}`;
    taken.add(name);
    return { key: keyText(dataSource), name, source };
  });
}

function keyText(name: string): string {
  // Written plainly, this one would be the prototype of the object.
  if (name === '__proto__') return `['${name}']`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}
