import type { QualifiedName } from '../schema/schema.model.js';

/** A table, a view or a column that is to go. */
export interface ReadObject {
  readonly relation: QualifiedName;
  /** The whole relation where there is none. */
  readonly column?: string;
  /** A view that comes back at once. */
  readonly isRecreated?: boolean;
}

/** A view, or a trigger, that reads something. */
export interface ViewReading {
  readonly object: ReadObject;
  readonly view: QualifiedName;
  /** Whether `view` is the name of a trigger. */
  readonly isTrigger?: true;
  /** False where its text names a column so called, which may be that of another table. */
  readonly isCertain: boolean;
}
