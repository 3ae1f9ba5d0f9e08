import type { TextStream } from './text-stream.js';
import { cut } from './wrap.js';

const CLEAR = '\r\u001B[2K';

/** A stream whose writing can be replaced, as that of a terminal. */
type Terminal = TextStream & { write: (text: string, ...rest: unknown[]) => unknown };

/**
 * The last line of a terminal, written again and again. Whatever else is written to the stream meanwhile comes above it.
 */
export class LiveLine {
  private isShown = false;
  private readonly write: Terminal['write'];

  constructor(private readonly terminal: Terminal) {
    const { write } = terminal;
    this.write = write;
    terminal.write = (...args) => {
      this.clear();
      return write.apply(terminal, args);
    };
  }

  /** Shows a text of one line, cut at the width of the terminal. */
  show(text: string): void {
    // In the last column some terminals would begin a line of their own.
    const room = (this.terminal.columns ?? 80) - 1;
    this.write.call(this.terminal, CLEAR + cut(text, room));
    this.isShown = true;
  }

  /** Removes it, and gives the stream back as it was. */
  close(): void {
    this.clear();
    this.terminal.write = this.write;
  }

  private clear(): void {
    if (this.isShown) this.write.call(this.terminal, CLEAR);
    this.isShown = false;
  }
}
