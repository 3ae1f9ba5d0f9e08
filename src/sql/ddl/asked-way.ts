import type { TokenCursor } from './cursor.js';
import type { AskedWay } from './statement.js';

/** The way that MySQL is asked for from the cursor on, where it is: `ALGORITHM=INPLACE, LOCK=NONE`. */
export function wayAt(cursor: TokenCursor): { readonly asked?: AskedWay } {
  let asked: AskedWay | undefined;
  while (!cursor.isAtEnd) {
    cursor.until(['ALGORITHM', 'LOCK']);
    const option = optionAt(cursor);
    if (option === undefined) cursor.skip();
    else asked = { ...asked, ...option };
  }
  return asked === undefined ? {} : { asked };
}

/** One of its options that begins at the cursor; undefined where none does, and the cursor stays. */
export function optionAt(cursor: TokenCursor): AskedWay | undefined {
  const option = cursor.takeOneOf(['ALGORITHM', 'LOCK']);
  if (option === undefined) return undefined;
  cursor.take('=');
  const value = cursor.skip()?.keyword ?? '';
  return option === 'LOCK' ? { lock: value } : { algorithm: value };
}
