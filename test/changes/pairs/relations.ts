import {
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToOne,
  type RelationOptions,
  TreeChildren,
  TreeParent,
} from 'typeorm';
import type { DrawnReference, DrawnTable } from './drawn-schema.js';
import { type Declared, decorate } from './declare.js';

/** The column of a tree that refers to the row above. */
export const PARENT = 'parent_id';
/** The property that a join table is for. */
const JOINED = 'joined';

/** The name of the foreign key column to a table. */
export function relationTo(target: string): string {
  return `${target.replaceAll(' ', '_')}_id`;
}

/** What the entity of a table says of those of others, as far as they are there. */
export function declareRelations(
  target: Declared,
  { refersTo, joins, tree }: DrawnTable,
  classes: ReadonlyMap<string, Declared>,
): void {
  for (const reference of refersTo) {
    const other = classes.get(reference.target);
    if (other) decorate(target, relationTo(reference.target), ...referenceTo(other, reference));
  }
  const joined = classes.get(joins ?? '');
  if (joined)
    decorate(
      target,
      JOINED,
      ManyToMany(() => joined),
      JoinTable(),
    );
  if (tree !== '') {
    decorate(target, 'parent', TreeParent(), JoinColumn({ name: PARENT }));
    decorate(target, 'children', TreeChildren());
  }
}

function referenceTo(
  other: Declared,
  { target, type, onDelete, onUpdate, deferrable, createForeignKeyConstraints }: DrawnReference,
): PropertyDecorator[] {
  const options: RelationOptions = {
    onDelete,
    createForeignKeyConstraints,
    nullable: true,
    ...(onUpdate && { onUpdate }),
    ...(deferrable && { deferrable }),
  };
  const relation = type === 'one-to-one' ? OneToOne(() => other, options) : ManyToOne(() => other, options);
  return [relation, JoinColumn({ name: relationTo(target) })];
}
