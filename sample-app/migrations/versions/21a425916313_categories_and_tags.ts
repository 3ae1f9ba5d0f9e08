/*!
 * categories and tags
 *
 * Revision ID: 21a425916313
 * Revises: 9e32b59924ba
 * Create Date: 2026-11-22 16:18:14
 */

import type { Operations } from 'nestjs-migrate';

export const revision = '21a425916313';
export const downRevision = '9e32b59924ba';
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
  await op.createTable({
    name: 'category',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'name', type: 'varchar', length: '80' },
      { name: 'parentId', type: 'integer', isNullable: true },
    ],
    uniques: [{ name: 'UQ_category_name', columnNames: ['name'] }],
    foreignKeys: [
      {
        name: 'FK_d5456fd7e4c4866fec8ada1fa10',
        columnNames: ['parentId'],
        referencedTableName: 'category',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  });

  await op.createTable({
    name: 'tag',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'name', type: 'varchar', length: '40' },
    ],
    uniques: [{ name: 'UQ_tag_name', columnNames: ['name'] }],
  });

  await op.createTable({
    name: 'product_tag',
    columns: [
      { name: 'productId', type: 'integer', isPrimary: true },
      { name: 'tagId', type: 'integer', isPrimary: true },
    ],
    foreignKeys: [
      {
        name: 'FK_fd22d97428d2b0c25be95fb3567',
        columnNames: ['productId'],
        referencedTableName: 'product',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
        onUpdate: 'CASCADE',
      },
      {
        name: 'FK_9f8fcad8ca5a6000b79bf3c7475',
        columnNames: ['tagId'],
        referencedTableName: 'tag',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
        onUpdate: 'CASCADE',
      },
    ],
    indices: [
      { name: 'IDX_fd22d97428d2b0c25be95fb356', columnNames: ['productId'] },
      { name: 'IDX_9f8fcad8ca5a6000b79bf3c747', columnNames: ['tagId'] },
    ],
  });

  await op.batch('product', (table) => {
    table.addColumn({ name: 'categoryId', type: 'integer', isNullable: true });
    table.createForeignKey({
      name: 'FK_ff0c0301a95e517153df97f6812',
      columnNames: ['categoryId'],
      referencedTableName: 'category',
      referencedColumnNames: ['id'],
      onDelete: 'SET NULL',
    });
  });
}

export async function downgrade(op: Operations): Promise<void> {
  await op.batch('product', (table) => {
    table.dropForeignKey('FK_ff0c0301a95e517153df97f6812');
    table.dropColumn('categoryId');
  });

  await op.dropTable('product_tag');
  await op.dropTable('tag');
  await op.dropTable('category');
}
