/** Text that a message asks the server to run; one without any runs what was prepared before. */
export interface Request {
  /** All bytes up to the message after which the server answers. */
  readonly bytes: Buffer;
  readonly sql: string;
}

const LENGTH = 4;

/** Cuts what a client sends into requests: the messages up to a Query or a Sync, after which the server answers. */
export class RequestReader {
  private rest = Buffer.alloc(0);
  private unit: Buffer[] = [];
  private sql: string[] = [];
  private hasStarted = false;

  /** @returns the bytes to pass on at once, and the requests, in their order */
  add(chunk: Buffer): (Request | Buffer)[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const found: (Request | Buffer)[] = [];
    for (let frame = this.take(); frame !== undefined; frame = this.take()) {
      const kind = this.hasStarted ? String.fromCharCode(frame[0] ?? 0) : 'start';
      this.hasStarted = true;
      if (kind === 'start' || kind === 'p' || kind === 'X') {
        found.push(frame);
        continue;
      }
      this.unit.push(frame);
      if (kind === 'Q') this.sql.push(textAt(frame, 1 + LENGTH));
      if (kind === 'P') this.sql.push(textAt(frame, frame.indexOf(0, 1 + LENGTH) + 1));
      if (kind !== 'Q' && kind !== 'S') continue;
      found.push({ bytes: Buffer.concat(this.unit), sql: this.sql.join('; ') });
      this.unit = [];
      this.sql = [];
    }
    return found;
  }

  private take(): Buffer | undefined {
    const letter = this.hasStarted ? 1 : 0;
    if (this.rest.length < letter + LENGTH) return undefined;
    const length = letter + this.rest.readInt32BE(letter);
    if (this.rest.length < length) return undefined;
    const frame = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return frame;
  }
}

/** Counts in what a server sends the messages that end an answer: ReadyForQuery. */
export class AnswerReader {
  private rest = Buffer.alloc(0);

  /** @returns how many answers this ends */
  add(chunk: Buffer): number {
    this.rest = Buffer.concat([this.rest, chunk]);
    let ended = 0;
    while (this.rest.length >= 1 + LENGTH) {
      const length = 1 + this.rest.readInt32BE(1);
      if (this.rest.length < length) break;
      if (this.rest[0] === 'Z'.charCodeAt(0)) ended += 1;
      this.rest = this.rest.subarray(length);
    }
    return ended;
  }
}

function textAt(frame: Buffer, start: number): string {
  return frame.toString('utf8', start, frame.indexOf(0, start));
}

/** How a protocol is cut into requests and answers. */
export interface Wire {
  /** @returns what takes what a client sends, and returns the bytes to pass on at once, and the requests, in their order */
  requests(): { add(chunk: Buffer): (Request | Buffer)[] };
  /** @returns what takes what a server sends, and returns how many answers end with it */
  answers(): { add(chunk: Buffer): number };
}

export const postgresWire: Wire = { requests: () => new RequestReader(), answers: () => new AnswerReader() };
