/*!
 * invoices
 *
 * Revision ID: f1112772d24f
 * Revises: <base>
 * Create Date: 2026-11-22 18:41:50
 */

import type { Operations } from 'nestjs-migrate';

export const revision = 'f1112772d24f';
export const downRevision = null;
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
  await op.createTable({
    name: 'invoice',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'customer', type: 'varchar', length: '120' },
      { name: 'amountInCents', type: 'integer' },
      { name: 'isPaid', type: 'boolean', default: false },
    ],
    checks: [{ name: 'CHK_invoice_amount', expression: '"amountInCents" > 0' }],
  });
}

export async function downgrade(op: Operations): Promise<void> {
  await op.dropTable('invoice');
}
