/** What a batch of a run sends, and what becomes of its savepoints. */
export interface BatchPlan {
  readonly sent: readonly string[];
  /** How many statements before those are not sent. */
  readonly skipped?: number;
  /** The savepoint that the last statement leaves; null where none is known to be left. Absent where none is set or released. */
  readonly leaves?: string | null;
}

/**
 * The savepoint of a revision, which a run sets in one batch and releases in the next.
 *
 * It serves to find out whether the revision has ended the transaction, so that it exists is all that matters. It is set only before a
 * statement that might end the transaction: most revisions have none, and the server is spared a subtransaction for each.
 */
export class RevisionSavepoint {
  /** The savepoint, and whether it is set. */
  state: { readonly name?: string | undefined; readonly isSet: boolean } = { isSet: false };

  /** The savepoint that is still to be set; undefined where there is none, or it is set. */
  get pending(): string | undefined {
    return this.state.isSet ? undefined : this.state.name;
  }

  /** Notes that the pending savepoint is set. */
  noteSet(): void {
    this.state = { ...this.state, isSet: true };
  }

  forget(): void {
    this.state = { isSet: false };
  }

  /**
   * What to send of the statements of a batch.
   *
   * @param base a savepoint of a transaction that is known to be usable; undefined where it is not, or where another one should be set
   * @param probe a savepoint to find that out with
   */
  plan(statements: readonly string[], base: string | undefined, probe: string): BatchPlan {
    const { name, isSet: wasSet } = this.state;
    const releases = name !== undefined && statements[0] === `RELEASE SAVEPOINT ${name}`;
    const set = /^SAVEPOINT (\w+)$/.exec(statements.at(-1) ?? '')?.[1];
    if (releases) this.forget();
    if (releases && wasSet && (set === undefined || base === undefined)) {
      return { sent: statements, leaves: this.note(set) };
    }
    const skipped = releases ? 1 : 0;
    if (set !== undefined && base !== undefined) {
      this.state = { name: set, isSet: releases && wasSet };
      return { sent: statements.slice(skipped, -1), skipped };
    }
    const sent = statements.slice(skipped);
    if (set !== undefined) return { sent, skipped, leaves: this.note(set) };
    if (sent.length > 0 || base !== undefined) return { sent, skipped };
    return { sent: [`SAVEPOINT ${probe}`], leaves: probe };
  }

  /**
   * What to send instead of a rollback to the savepoint of the revision.
   *
   * @param base the last savepoint
   */
  planUndo(sent: readonly string[], base: string | undefined): BatchPlan {
    const isPending = base !== undefined && sent[0] === `ROLLBACK TO SAVEPOINT ${this.pending}`;
    return isPending ? { sent: [`ROLLBACK TO SAVEPOINT ${base}`], leaves: base } : { sent, leaves: null };
  }

  private note(set: string | undefined): string | null {
    this.state = { name: set, isSet: set !== undefined };
    return set ?? null;
  }
}
