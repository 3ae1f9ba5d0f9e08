/**
 * Characters that are shown as escapes: control characters, which move the cursor of a terminal, colour or clear it; marks that
 * turn the direction of text; other ends of lines; halves of characters.
 */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\uFEFF]/u;
const EACH_UNSEEN = new RegExp(UNSEEN.source, 'gu');

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text that is safe to print: its lines and tabs stay, and what a terminal would obey is shown as an escape, `\x1b`. */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(EACH_UNSEEN, (sign) => (sign === '\n' || sign === '\t' ? sign : escapeOf(sign)));
}

/** The same for what has to stay in one line, as a comment: ends of lines are shown as escapes too. */
export function visibleInLine(text: string): string {
  return text.replace(EACH_UNSEEN, escapeOf);
}

/** Whether a text is one line without characters that need an escape. */
export function isVisible(text: string): boolean {
  return !UNSEEN.test(text);
}

/** A JSON document in which such characters are escaped, so that its strings keep their values. */
export function visibleJson(json: string): string {
  return json.replace(EACH_UNSEEN, (sign) => (sign === '\n' ? sign : `\\u${hex(sign, 4)}`));
}

function escapeOf(sign: string): string {
  return short[sign] ?? (sign.charCodeAt(0) < 0x100 ? `\\x${hex(sign, 2)}` : `\\u${hex(sign, 4)}`);
}

function hex(sign: string, digits: number): string {
  return sign.charCodeAt(0).toString(16).padStart(digits, '0');
}
