/*!
 * analytics events
 *
 * Revision ID: c389c1b10515
 * Revises: cf23919b5a80
 * Create Date: 2026-11-22 18:33:11
 */

import type { Operations } from 'nestjs-migrate';

export const revision = 'c389c1b10515';
export const downRevision = 'cf23919b5a80';
export const branchLabels = null;
export const dependsOn = null;

export const upgrade = {
  analytics: upgradeAnalytics,
};

async function upgradeAnalytics(op: Operations): Promise<void> {
  const now = {
    postgres: { type: 'timestamp', default: 'now()' },
    mysql: { type: 'datetime', precision: 6, default: 'CURRENT_TIMESTAMP(6)' },
    sqlite: { type: 'datetime', default: "datetime('now')" },
  }[op.context.dialect];

  await op.createTable({
    name: 'order_event',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'orderId', type: 'integer' },
      { name: 'status', type: 'varchar', length: '20' },
      { name: 'amountInCents', type: 'integer' },
      { name: 'day', type: 'date' },
      { name: 'recordedAt', ...now },
    ],
    indices: [{ name: 'IDX_b5d5d1a83db65979703258c91b', columnNames: ['day', 'status'] }],
  });

  await op.createTable({
    name: 'page_view',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'path', type: 'varchar', length: '200' },
      { name: 'day', type: 'date' },
    ],
    indices: [{ name: 'IDX_8c4afbe8619fe91eebec2faba9', columnNames: ['day'] }],
  });
}

export const downgrade = {
  analytics: downgradeAnalytics,
};

async function downgradeAnalytics(op: Operations): Promise<void> {
  await op.dropTable('page_view');
  await op.dropTable('order_event');
}
