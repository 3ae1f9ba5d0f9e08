import type { GroupPart } from '../../sessions.js';
import type { SentStatement } from './sent-statements.js';

/** A statement, and how it is sent through the query runner that it belongs to. */
export interface Sending extends SentStatement {
  readonly send: () => Promise<unknown>;
  /** Its place among statements that are undone together. */
  readonly part?: GroupPart | undefined;
  /** It is tried again and again inside the transaction: to undo it must take no lock of the statements before it away. */
  readonly isPatient?: boolean | undefined;
  /** For several statements: called with how many of them were run, when one fails. */
  readonly ranOnly?: (done: number) => void;
}
