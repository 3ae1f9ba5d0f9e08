/*!
 * orders
 *
 * Revision ID: 3b1f0d7c9a52
 * Revises: <base>
 * Create Date: 2026-11-30 17:58:10
 */

import type { Operations } from 'nestjs-migrate';

export const revision = '3b1f0d7c9a52';
export const downRevision = null;
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
  await op.createTable({
    name: 'order',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
      { name: 'number', type: 'varchar' },
    ],
  });
}

export async function downgrade(op: Operations): Promise<void> {
  await op.dropTable('order');
}
