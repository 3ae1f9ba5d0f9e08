/** What became of one database in a run over several. */
export interface DatabaseOutcome {
  readonly dataSource: string;
  /** Steps that are committed and stay. */
  readonly kept: readonly string[];
  /** Steps that were done and rolled back. */
  readonly rolledBack: readonly string[];
  /** What the server calls the transaction that is still prepared there: `twoPhase`. */
  readonly prepared?: string;
}

/** Sentences about another database of the run; none when nothing was done there. */
export function describeOutcome({ dataSource, kept, rolledBack, prepared }: DatabaseOutcome): readonly string[] {
  return [
    ...(rolledBack.length > 0 && prepared === undefined
      ? [`Rolled back on "${dataSource}": ${rolledBack.join(', ')}.`]
      : []),
    ...(kept.length > 0 ? [`Committed on "${dataSource}" and kept: ${kept.join(', ')}.`] : []),
    ...(prepared === undefined ? [] : [`Still prepared on "${dataSource}": ${prepared}.`]),
  ];
}
