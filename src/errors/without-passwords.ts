const MASK = '***';

/** Up to the last `@` of the word: a password may have one itself. */
const IN_URL = /(\b[a-z][a-z\d+.-]{0,30}:\/\/[^\s:@/'"]*:)[^\s'"]*@/gi;
const QUOTED = String.raw`'(?:[^']|'')*'|"[^"]*"`;
/** `password=…` of a connection string, `password: '…'` of options, `PASSWORD '…'` of a statement. */
const NAMED = new RegExp(
  String.raw`\b(\w*(?:password|passwd|pwd)["']?)(\s*[=:]\s*(?:${QUOTED}|[^\s'",;&)]+)|\s+'(?:[^']|'')*')`,
  'gi',
);

/** A text without the passwords in it, as far as they can be recognised: those of URLs, connection strings and statements. */
export function withoutPasswords(text: string): string {
  return text.replace(IN_URL, `$1${MASK}@`).replace(NAMED, (_all, name: string, value: string) => {
    const before = /^\s*[=:]?\s*/.exec(value)?.[0] ?? '';
    const quote = /^['"]/.exec(value.slice(before.length))?.[0] ?? '';
    return `${name}${before}${quote}${MASK}${quote}`;
  });
}
