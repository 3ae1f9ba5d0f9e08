import type { QueryRunner } from 'typeorm';
import type { QualifiedName } from '../schema/schema.model.js';

/** Something that a change drops, by what it is called before the change. */
export interface DroppedObject {
  readonly kind: 'index' | 'constraint' | 'view' | 'column';
  /** The view, or the table of anything else; an index may be that of a materialised view. */
  readonly relation: QualifiedName;
  /** Of an index, a constraint or a column. */
  readonly name?: string;
}

/** What was set by hand and hangs on an object. */
export interface Belongings {
  readonly object: DroppedObject;
  /**
   * For a column the row policies that use it (`the row policy "p" on "t"`); for anything else what goes with it and is
   * not in its definition (`its comment`, `its privileges`). Never empty.
   */
  readonly texts: readonly string[];
}

/** The part of a dialect that knows what people set by hand. */
export interface BelongingsReader {
  /** What hangs on each of these objects; objects that nothing hangs on are left out. Changes nothing. */
  belongings(runner: QueryRunner, objects: readonly DroppedObject[]): Promise<readonly Belongings[]>;
}
