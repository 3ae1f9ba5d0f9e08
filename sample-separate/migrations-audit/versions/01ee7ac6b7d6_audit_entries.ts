/*!
 * audit entries
 *
 * Revision ID: 01ee7ac6b7d6
 * Revises: <base>
 * Create Date: 2026-11-22 18:41:54
 */

import type { Operations } from 'nestjs-migrate';

export const revision = '01ee7ac6b7d6';
export const downRevision = null;
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
  const now =
    op.context.dialect === 'postgres'
      ? { type: 'timestamp', default: 'now()' }
      : { type: 'datetime', default: "datetime('now')" };

  await op.createTable({
    name: 'audit_entry',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'action', type: 'varchar', length: '80' },
      { name: 'subject', type: 'text' },
      { name: 'recordedAt', ...now },
    ],
  });
}

export async function downgrade(op: Operations): Promise<void> {
  await op.dropTable('audit_entry');
}
