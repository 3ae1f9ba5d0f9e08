import type { Request, Wire } from './wire.js';

/** A length of three bytes and the number of the packet in its exchange. */
const HEADER = 4;
const QUIT = 0x01;
const QUERY = 0x03;

const OK = 0x00;
const END = 0xfe;
const ERROR = 0xff;
/** The flag of an answer behind which another one follows. */
const MORE = 0x08;

/** Cuts bytes into packets. */
class Packets {
  private rest = Buffer.alloc(0);

  add(chunk: Buffer): Buffer[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const found: Buffer[] = [];
    while (this.rest.length >= HEADER) {
      const length = HEADER + this.rest.readUIntLE(0, 3);
      if (this.rest.length < length) break;
      found.push(this.rest.subarray(0, length));
      this.rest = this.rest.subarray(length);
    }
    return found;
  }
}

/** Cuts what a client sends into requests: the packets that begin an exchange. */
class Requests {
  private readonly packets = new Packets();

  add(chunk: Buffer): (Request | Buffer)[] {
    return this.packets.add(chunk).map((packet) => {
      const command = packet[HEADER];
      // What is not the first packet belongs to the greeting.
      if (packet[3] !== 0 || command === QUIT) return packet;
      return { bytes: packet, sql: command === QUERY ? packet.toString('utf8', HEADER + 1) : '' };
    });
  }
}

/** Counts in what a server sends the packets that end an answer. */
class Answers {
  private readonly packets = new Packets();
  private state: 'greeting' | 'idle' | 'columns' | 'rows' = 'greeting';

  add(chunk: Buffer): number {
    return this.packets.add(chunk).filter((packet) => this.ends(packet.subarray(HEADER))).length;
  }

  private ends(packet: Buffer): boolean {
    const kind = packet[0];
    const isEnd = kind === END && packet.length < 9;
    if (this.state === 'greeting') {
      if (kind === OK) this.state = 'idle';
      return false;
    }
    if (kind === ERROR) return this.finish();
    if (this.state === 'columns') {
      if (isEnd) this.state = 'rows';
      return false;
    }
    if (this.state === 'rows') return isEnd && this.finish(packet.readUInt16LE(3));
    if (kind === OK) return this.finish(statusOf(packet));
    this.state = 'columns';
    return false;
  }

  private finish(status = 0): boolean {
    this.state = 'idle';
    return (status & MORE) === 0;
  }
}

/** The flags of an OK packet, behind two numbers of one to nine bytes. */
function statusOf(packet: Buffer): number {
  const sizes: Readonly<Record<number, number>> = { 0xfc: 3, 0xfd: 4, 0xfe: 9 };
  let at = 1;
  for (let number = 0; number < 2; number += 1) at += sizes[packet[at] ?? 0] ?? 1;
  return packet.readUInt16LE(at);
}

export const mysqlWire: Wire = { requests: () => new Requests(), answers: () => new Answers() };
