import type { Interface } from 'node:readline';
import { visible } from '../../errors/visible.js';
import { wrapped } from './wrap.js';

/** A person at a terminal who can be asked. */
export class Prompt {
  private reader: Interface | undefined;
  private lines: AsyncIterator<string> | undefined;

  private constructor(
    private readonly input: NodeJS.ReadStream,
    private readonly output: NodeJS.WriteStream,
  ) {}

  /** Undefined where nobody would answer: the standard streams are no terminal, or a CI job is running. */
  static of(env: Readonly<Record<string, string | undefined>>): Prompt | undefined {
    const { stdin, stderr } = process;
    const isCi = !['', '0', 'false', undefined].includes(env['CI']);
    return stdin.isTTY && stderr.isTTY && !isCi ? new Prompt(stdin, stderr) : undefined;
  }

  /** Asks a question on stderr. No answer and the end of the input are a no; anything else but yes and no is asked again. */
  async confirm(question: string): Promise<boolean> {
    this.lines ??= await this.open();
    for (;;) {
      this.output.write(`${wrapped(`${visible(question)} [y/N]`, this.output.columns)} `);
      const { value, done } = await this.lines.next();
      if (done === true) this.output.write('\n');
      if (done === true || /^\s*(?:no?)?\s*$/i.test(value)) return false;
      if (/^\s*y(?:es)?\s*$/i.test(value)) return true;
      this.output.write('Please answer y or n.\n');
    }
  }

  /** Lets the process end, which an open input would keep alive. */
  close(): void {
    this.reader?.close();
  }

  /** The terminal itself edits the line and makes Ctrl-C a signal, so that one ends the process as everywhere. */
  private async open(): Promise<AsyncIterator<string>> {
    const { createInterface } = await import('node:readline');
    this.reader = createInterface({ input: this.input, terminal: false });
    return this.reader[Symbol.asyncIterator]();
  }
}
