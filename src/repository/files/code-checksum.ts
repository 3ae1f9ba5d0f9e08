import { createHash } from 'node:crypto';
import { Lexer, type Token } from './lexer.js';

/** Marks a checksum of the code only; one without it is of every character of the file, as older versions wrote. */
const OF_CODE = 'code:';

/** After these words a line break ends the statement, so that it is code. */
const ENDED_BY_LINE = new Set(['return', 'throw', 'break', 'continue', 'yield']);

/**
 * The checksum of a revision file, the same while only white space between tokens and comments change; at most 64 characters.
 *
 * Ends of lines count as one, also within templates, as JavaScript reads them: a checkout may have changed them.
 */
export function codeChecksum(source: string): string {
  const code = codeOf(source.replaceAll('\r\n', '\n'));
  return code === undefined ? fileChecksum(source) : OF_CODE + createHash('sha256').update(code).digest('base64url');
}

/** How a file compares with the checksum that a run has recorded of it. */
export interface ChecksumComparison {
  readonly isSame: boolean;
  /** The checksum is of the code only. */
  readonly isOfCode: boolean;
}

/** Compares a file with a recorded checksum of either kind. */
export function compareChecksum(source: string, recorded: string): ChecksumComparison {
  const isOfCode = recorded.startsWith(OF_CODE);
  return { isSame: recorded === (isOfCode ? codeChecksum(source) : fileChecksum(source)), isOfCode };
}

function fileChecksum(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}

/** The tokens as they are written, with NUL between them; undefined where the source is no JavaScript. */
function codeOf(source: string): string | undefined {
  const parts: string[] = [];
  try {
    let previous: Token | undefined;
    for (const token of new Lexer(source)) {
      if (token.afterLineBreak && previous?.kind === 'word' && ENDED_BY_LINE.has(previous.value)) parts.push('\n');
      parts.push(source.slice(token.start, token.end));
      previous = token;
    }
  } catch {
    return undefined;
  }
  return parts.join('\0');
}
