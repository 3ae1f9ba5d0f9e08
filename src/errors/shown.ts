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

/** Longer messages and words are cut: a word of more than a thousand characters is no name that a person gave. */
const LONGEST_WORD = 1000;
const SHOWN_OF_WORD = 200;
const LONGEST_MESSAGE = 10_000;

/** A text for people, cut where it is enormous: a thrown text may be megabytes, a target on the command line kilobytes. */
export function shortened(text: string, longest = LONGEST_MESSAGE): string {
  // A pattern for the long words themselves, as /\S{1001,}/, overflows the stack of regular expressions on a word of megabytes.
  const words = text.split(/(\s)/).map(shortenedWord).join('');
  return words.length > longest ? `${words.slice(0, longest)}… (${text.length} characters)` : words;
}

function shortenedWord(word: string): string {
  return word.length > LONGEST_WORD ? `${word.slice(0, SHOWN_OF_WORD)}… (${word.length} characters)` : word;
}
