/** A stream as far as printing needs it. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** How wide it is, where it is a terminal. */
  readonly columns?: number;
}
