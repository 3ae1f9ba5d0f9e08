/*!
 * unique order numbers
 *
 * Revision ID: 8e52c4a7d016
 * Revises: 3b1f0d7c9a52
 * Create Date: 2026-11-30 17:59:32
 */

import type { Operations } from 'nestjs-migrate';

export const revision = '8e52c4a7d016';
export const downRevision = '3b1f0d7c9a52';
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
  await op.createIndex('order', { name: 'IDX_order_number', columnNames: ['number'], isUnique: true });
}

export async function downgrade(op: Operations): Promise<void> {
  await op.dropIndex('order', 'IDX_order_number');
}
