/*!
 * add countries
 */

import type { Operations } from 'nestjs-migrate';

export const revision = '3ba2b522d10d';
export const downRevision = null;
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
  await op.createTable({ name: 'country', columns: [{ name: 'code', type: 'varchar', length: '2', isPrimary: true }] });
  if (op.context.xArgs.data === 'true') await op.bulkInsert('country', [{ code: 'NL' }, { code: 'BE' }]);
}

export async function downgrade(op: Operations): Promise<void> {
  await op.dropTable('country');
}
