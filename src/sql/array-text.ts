/** An array in PostgreSQL's text form: `{a,"b c",NULL}`. */
export function arrayText(values: readonly unknown[], textOf: (value: unknown) => string): string {
  const elements = values.map((value) => {
    if (value === null || value === undefined) return 'NULL';
    return Array.isArray(value) ? arrayText(value, textOf) : arrayElement(textOf(value));
  });
  return `{${elements.join(',')}}`;
}

/** The text form of an array with its elements changed; an element that stays the same keeps its spelling. */
export function mapArrayText(text: string, change: (element: string) => string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = elementEnd(text, at);
    const written = text.slice(at, end);
    const element = written.startsWith('"') ? written.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : written;
    const isElement = !/^(?:[{},]|null$)/i.test(written);
    const changed = isElement ? change(element) : element;
    parts.push(changed === element ? written : arrayElement(changed));
    at = end;
  }
  return parts.join('');
}

function arrayElement(text: string): string {
  const isPlain = /^[^\s{}",\\]+$/.test(text) && !/^null$/i.test(text);
  return isPlain ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Index after the element, brace or comma that begins at `start`. */
function elementEnd(text: string, start: number): number {
  const first = text.charAt(start);
  if ('{},'.includes(first)) return start + 1;
  let at = start + 1;
  if (first === '"') {
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    return Math.min(at + 1, text.length);
  }
  while (at < text.length && !'{},'.includes(text.charAt(at))) at++;
  return at;
}
