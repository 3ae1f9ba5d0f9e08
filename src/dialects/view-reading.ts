import type { QualifiedName } from '../schema/schema.model.js';

/** A table, a view or a column that is to be dropped. */
export interface ReadObject {
  readonly relation: QualifiedName;
  /** Absent for the whole relation. */
  readonly column?: string;
  /** Whether it is a view that is re-created at once. */
  readonly isRecreated?: boolean;
}

/** A view, or a trigger, that reads something. */
export interface ViewReading {
  readonly object: ReadObject;
  readonly view: QualifiedName;
  /** Whether `view` is the name of a trigger. */
  readonly isTrigger?: true;
  /** Whether the database drops the object all the same, and refuses the view or the trigger only when it is used. */
  readonly isUnprotected?: true;
  /** False when its query contains only the name of the column, which may be that of another table's. */
  readonly isCertain: boolean;
}
