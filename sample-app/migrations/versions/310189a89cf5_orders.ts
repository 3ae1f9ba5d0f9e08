/*!
 * orders
 *
 * Revision ID: 310189a89cf5
 * Revises: 21a425916313
 * Create Date: 2026-11-22 16:18:56
 */

import type { Operations } from 'nestjs-migrate';

export const revision = '310189a89cf5';
export const downRevision = '21a425916313';
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
  // PostgreSQL keeps an enum as a type of its own, MySQL in the column, SQLite as a check beside it.
  const { dialect } = op.context;
  const statuses = ['open', 'paid', 'shipped', 'cancelled'];
  const status = {
    postgres: { type: 'enum', enumName: 'order_status_enum' },
    mysql: { type: 'enum', enum: statuses },
    sqlite: { type: 'varchar', enum: statuses },
  }[dialect];
  const now = {
    postgres: { type: 'timestamp', default: 'now()' },
    mysql: { type: 'datetime', precision: 6, default: 'CURRENT_TIMESTAMP(6)' },
    sqlite: { type: 'datetime', default: "datetime('now')" },
  }[dialect];

  if (dialect === 'postgres') await op.createEnum('order_status_enum', statuses);

  await op.createTable({
    name: 'order',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'status', ...status, default: "'open'" },
      { name: 'placedAt', ...now },
      { name: 'userId', type: 'integer' },
    ],
    foreignKeys: [
      {
        name: 'FK_caabe91507b3379c7ba73637b84',
        columnNames: ['userId'],
        referencedTableName: 'user',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
      },
    ],
    indices: [{ name: 'IDX_caabe91507b3379c7ba73637b8', columnNames: ['userId'] }],
  });

  await op.createTable({
    name: 'order_line',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'quantity', type: 'integer' },
      { name: 'priceInCents', type: 'integer' },
      { name: 'orderId', type: 'integer' },
      { name: 'productId', type: 'integer' },
    ],
    uniques: [{ name: 'UQ_order_line_product', columnNames: ['orderId', 'productId'] }],
    checks: [{ name: 'CHK_order_line_quantity', expression: '"quantity" > 0' }],
    foreignKeys: [
      {
        name: 'FK_239cfca2a55b98b90b6bef2e44f',
        columnNames: ['orderId'],
        referencedTableName: 'order',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'FK_8deef19c65f771528352b0f5a55',
        columnNames: ['productId'],
        referencedTableName: 'product',
        referencedColumnNames: ['id'],
        onDelete: 'RESTRICT',
      },
    ],
  });
}

export async function downgrade(op: Operations): Promise<void> {
  await op.dropTable('order_line');
  await op.dropTable('order');

  if (op.context.dialect === 'postgres') await op.dropEnum('order_status_enum');
}
