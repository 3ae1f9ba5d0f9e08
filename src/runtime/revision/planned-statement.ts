import type { Statement } from '../../dialects/dialect.js';
import type { Entry } from '../journal/revision-journal.js';

/** What the journal keeps of a statement until it is done, beside its text. */
interface PlannedDetails extends Pick<
  Statement,
  'parameters' | 'outsideTransaction' | 'commitAfter' | 'inApplicationZone'
> {
  /** The fingerprint of the moment before it was sent. */
  readonly before?: string;
}

/** How a statement is to be sent, for the journal. */
export function plannedDetails({ parameters, outsideTransaction, commitAfter, inApplicationZone }: Statement): string {
  return JSON.stringify({ parameters, outsideTransaction, commitAfter, inApplicationZone });
}

/** The same with the fingerprint of the moment before it. */
export function detailsWith({ details }: Pick<Entry, 'details'>, before: string | undefined): string {
  return JSON.stringify({ ...parsed(details), before });
}

/** The statement of an entry, as it is to be sent. */
export function plannedStatement({ statement, details }: Pick<Entry, 'statement' | 'details'>): Statement {
  const { parameters, outsideTransaction, commitAfter, inApplicationZone } = parsed(details);
  return {
    sql: statement,
    ...(parameters && { parameters }),
    ...(outsideTransaction && { outsideTransaction }),
    ...(commitAfter && { commitAfter }),
    ...(inApplicationZone && { inApplicationZone }),
  };
}

function parsed(details: string | null): PlannedDetails {
  return JSON.parse(details ?? '{}') as PlannedDetails;
}
