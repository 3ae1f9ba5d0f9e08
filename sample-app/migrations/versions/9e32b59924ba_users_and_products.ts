/*!
 * users and products
 *
 * Revision ID: 9e32b59924ba
 * Revises: <base>
 * Create Date: 2026-11-22 16:16:27
 */

import type { Operations } from 'nestjs-migrate';

export const revision = '9e32b59924ba';
export const downRevision = null;
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
  // The databases differ in what they call a point in time and the present one.
  const now = {
    postgres: { type: 'timestamp', default: 'now()' },
    mysql: { type: 'datetime', precision: 6, default: 'CURRENT_TIMESTAMP(6)' },
    sqlite: { type: 'datetime', default: "datetime('now')" },
  }[op.context.dialect];

  await op.createTable({
    name: 'product',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'name', type: 'varchar', length: '120' },
      { name: 'description', type: 'varchar', length: '2000', default: "''" },
      { name: 'priceInCents', type: 'integer' },
      { name: 'isAvailable', type: 'boolean', default: true },
    ],
    checks: [{ name: 'CHK_product_price', expression: '"priceInCents" >= 0' }],
    indices: [{ name: 'IDX_22cc43e9a74d7498546e9a63e7', columnNames: ['name'] }],
  });

  await op.createTable({
    name: 'user',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'email', type: 'varchar', length: '254' },
      { name: 'fullName', type: 'varchar', length: '200' },
      { name: 'createdAt', ...now },
    ],
    uniques: [{ name: 'UQ_user_email', columnNames: ['email'] }],
  });
}

export async function downgrade(op: Operations): Promise<void> {
  await op.dropTable('user');
  await op.dropTable('product');
}
