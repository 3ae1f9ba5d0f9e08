import { MigrateError } from './migrate.error.js';

/** Rows or values that a run would take away. */
export interface RunLoss {
  /** The data source of the database. */
  readonly dataSource: string;
  /** The revision. */
  readonly revision: string;
  /** The loss, as the end of a sentence: `the values of book.note, about 1,234 of them`; what is not known, and why, with `isUnknown`. */
  readonly loss: string;
  /** A part of the revision is not known before it runs, so that it may take anything away. */
  readonly isUnknown?: true;
}

/** A loss as a sentence without its full stop: `b2 takes away the values of book.note`. */
export function lossSentence({ revision, loss, isUnknown }: RunLoss): string {
  return isUnknown ? `${revision} may take data away: ${loss}` : `${revision} takes away ${loss}`;
}

/** A run would destroy rows or values, and `onDataLoss` or the answer of a person forbids it. Nothing was run. */
export class DataLossError extends MigrateError {
  readonly code = 'DATA_LOSS';

  constructor(
    /** What the run would take away, in the order of its statements. */
    readonly losses: readonly RunLoss[],
    /** Whether a person was asked, and answered no. */
    wasAsked: boolean,
  ) {
    const [first] = losses;
    const more = losses.length > 1 ? `, and ${losses.length - 1} more` : '';
    super(
      `${wasAsked ? 'Not confirmed' : 'Refused by `onDataLoss`'}: ${first === undefined ? 'data is lost' : lossSentence(first)}${more}.`,
      {
        ...(first !== undefined && { dataSource: first.dataSource }),
        hint: "Nothing was run. `npx nest-cmd db plan` shows all of it; `--yes` or `onDataLoss: 'allow'` runs it.",
      },
    );
  }
}
