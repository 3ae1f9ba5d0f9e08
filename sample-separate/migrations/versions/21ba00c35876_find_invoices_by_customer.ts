/*!
 * find invoices by customer
 *
 * Revision ID: 21ba00c35876
 * Revises: f1112772d24f
 * Create Date: 2026-11-22 18:42:45
 */

import type { Operations } from 'nestjs-migrate';

export const revision = '21ba00c35876';
export const downRevision = 'f1112772d24f';
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
  await op.createIndex('invoice', { name: 'IDX_7110702af94cda221f9a2366ed', columnNames: ['customer'] });
}

export async function downgrade(op: Operations): Promise<void> {
  await op.dropIndex('invoice', 'IDX_7110702af94cda221f9a2366ed');
}
