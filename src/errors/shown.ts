const LONGEST = 100;

/** A value of any type, short and in one line, as an error shows what it refuses: `"soon"`, `5n`, `null`, `a list`. */
export function shownValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return 'a function';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? 'a list' : 'an object';
    default:
      return String(value);
  }
}

/** Beyond these nobody reads on; a word of more than a thousand characters is no name that a person gave. */
const SHOWN_OF_WORD = 200;
const LONGEST_MESSAGE = 10_000;

/** A text for people, cut where it is enormous: a thrown text may be megabytes, a target on the command line kilobytes. */
export function shortened(text: string, longest = LONGEST_MESSAGE): string {
  const words = text.replace(/\S{1001,}/g, (word) => `${word.slice(0, SHOWN_OF_WORD)}… (${word.length} characters)`);
  return words.length > longest ? `${words.slice(0, longest)}… (${text.length} characters)` : words;
}
