/*!
 * split full name
 *
 * Revision ID: a6c4e9c0e1d8
 * Revises: 310189a89cf5
 * Create Date: 2026-11-22 16:22:51
 */

import type { Operations } from 'nestjs-migrate';

export const revision = 'a6c4e9c0e1d8';
export const downRevision = '310189a89cf5';
export const branchLabels = null;
export const dependsOn = null;

// What follows the last space is the family name. rtrim() with a list of characters finds that space in SQL that
// PostgreSQL and SQLite both understand: it takes away everything but spaces from the end.
const upToLastSpace = `rtrim("fullName", replace("fullName", ' ', ''))`;
const split = `
  UPDATE "user"
     SET "givenName" = trim(${upToLastSpace}),
         "familyName" = substr("fullName", length(${upToLastSpace}) + 1)`;
// MySQL has a function for it, and backticks around names.
const splitOnMysql = `
  UPDATE \`user\`
     SET familyName = substring_index(fullName, ' ', -1),
         givenName = trim(left(fullName, char_length(fullName) - char_length(substring_index(fullName, ' ', -1))))`;

export async function upgrade(op: Operations): Promise<void> {
  await op.batch('user', (table) => {
    table.addColumn({ name: 'givenName', type: 'varchar', length: '100', isNullable: true });
    table.addColumn({ name: 'familyName', type: 'varchar', length: '100', isNullable: true });
  });

  await op.execute(op.context.dialect === 'mysql' ? splitOnMysql : split);

  await op.batch('user', (table) => {
    table.alterColumn('givenName', { isNullable: false });
    table.alterColumn('familyName', { isNullable: false });
    table.dropColumn('fullName');
  });
}

export async function downgrade(op: Operations): Promise<void> {
  await op.addColumn('user', { name: 'fullName', type: 'varchar', length: '200', isNullable: true });

  await op.execute(
    op.context.dialect === 'mysql'
      ? "UPDATE `user` SET fullName = trim(concat(givenName, ' ', familyName))"
      : `UPDATE "user" SET "fullName" = trim("givenName" || ' ' || "familyName")`,
  );

  await op.batch('user', (table) => {
    table.alterColumn('fullName', { isNullable: false });
    table.dropColumn('familyName');
    table.dropColumn('givenName');
  });
}
