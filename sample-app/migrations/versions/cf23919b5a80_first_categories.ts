/*!
 * first categories
 *
 * Revision ID: cf23919b5a80
 * Revises: 16f01d40cf54
 * Create Date: 2026-11-22 16:24:22
 */

import type { Operations } from 'nestjs-migrate';

export const revision = 'cf23919b5a80';
export const downRevision = '16f01d40cf54';
export const branchLabels = null;
export const dependsOn = null;

const tree = {
  Books: ['Novels', 'Science'],
  Music: ['Records', 'Sheet music'],
};

export async function upgrade(op: Operations): Promise<void> {
  await op.bulkInsert(
    'category',
    Object.keys(tree).map((name) => ({ name })),
  );

  // By name, since the database gives the ids. `category`, `name` and `id` need no quotes anywhere, `parentId` does.
  const parentId = op.context.dialect === 'mysql' ? '`parentId`' : '"parentId"';
  for (const [parent, children] of Object.entries(tree)) {
    for (const child of children) {
      await op.execute(
        `INSERT INTO category (name, ${parentId}) SELECT '${child}', id FROM category WHERE name = '${parent}'`,
      );
    }
  }
}

export async function downgrade(op: Operations): Promise<void> {
  const names = Object.entries(tree).flat(2);
  await op.execute(`DELETE FROM category WHERE name IN (${names.map((name) => `'${name}'`).join(', ')})`);
}
