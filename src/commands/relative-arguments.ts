/** Placeholder for the dash of `-1` while commander, which would take it for an option, reads the command line. */
const DASH = '\uE000';

/** Lets `downgrade -1` and `history -r -3:current` be typed as they are, with no `--` before them. */
export function protectRelative(args: readonly string[]): string[] {
  return args.map((arg) => (/^-\d/.test(arg) ? `${DASH}${arg.slice(1)}` : arg));
}

/** The argument as it was typed. */
export function restoreRelative(arg: string): string {
  return arg.replaceAll(DASH, '-');
}
