import type { DialectSession } from '../../dialects/dialect.js';

/** A transaction or savepoint in which statements are kept or undone together. */
export interface Frame {
  /** Its statements are sent with their place in a group. */
  readonly isGroup?: true;
  /** It is a transaction, with the entries of its statements. */
  readonly isOwn?: true;
  begin(): Promise<void>;
  keep(): Promise<void>;
  undo(): Promise<void>;
}

/** The session's own way to undo several statements, which costs no round trip. */
export function groupOf(session: DialectSession): Frame | undefined {
  if (session.undoGroup === undefined) return undefined;
  const nothing = async (): Promise<void> => undefined;
  return { isGroup: true, begin: nothing, keep: nothing, undo: async () => session.undoGroup?.() };
}

export function ownTransaction(session: DialectSession): Frame {
  return {
    isOwn: true,
    begin: () => session.begin(),
    keep: () => session.commit(),
    undo: () => session.rollback(),
  };
}

export function savepoint(session: DialectSession, name: string): Frame {
  const control = async (command: string): Promise<void> =>
    void (await session.execute({ sql: `${command} ${name}`, isOwn: true }));
  return {
    begin: () => control('SAVEPOINT'),
    keep: () => control('RELEASE SAVEPOINT'),
    undo: () => control('ROLLBACK TO SAVEPOINT'),
  };
}
