import type { QueryRunner } from 'typeorm';
import type { QualifiedName } from '../schema/schema.model.js';

/** Something that a change drops, by its name before the change. */
export interface DroppedObject {
  readonly kind: 'index' | 'constraint' | 'view' | 'column';
  /** The view, or the table of anything else; of an index also a materialised view. */
  readonly relation: QualifiedName;
  /** The name of an index, a constraint or a column. */
  readonly name?: string;
}

/** What was set by hand on an object, and is lost when it is dropped. */
export interface Belongings {
  readonly object: DroppedObject;
  /**
   * For a column the row policies that use it (`the row policy "p" on "t"`); for anything else what is dropped with it and
   * is not in its definition (`its comment`, `its privileges`). Never empty.
   */
  readonly texts: readonly string[];
}

/** The part of a dialect that finds what was set by hand. */
export interface BelongingsReader {
  /** The belongings of each of these objects; objects without any are omitted. Changes nothing. */
  belongings(runner: QueryRunner, objects: readonly DroppedObject[]): Promise<readonly Belongings[]>;
}
