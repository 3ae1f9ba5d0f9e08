/*!
 * order totals
 *
 * Revision ID: 16f01d40cf54
 * Revises: a6c4e9c0e1d8
 * Create Date: 2026-11-22 16:24:12
 */

import type { Operations } from 'nestjs-migrate';

export const revision = '16f01d40cf54';
export const downRevision = 'a6c4e9c0e1d8';
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
  const expression = `SELECT "o"."userId" AS "userId",
           COUNT(DISTINCT "o"."id") AS "orders",
           SUM("l"."quantity" * "l"."priceInCents") AS "totalInCents"
      FROM "order" "o"
     INNER JOIN "order_line" "l" ON "l"."orderId" = "o"."id"
     WHERE "o"."status" <> 'cancelled'
     GROUP BY "o"."userId"`;
  await op.createView({
    name: 'order_total',
    // MySQL has backticks around names.
    expression: op.context.dialect === 'mysql' ? expression.replaceAll('"', '`') : expression,
  });
}

export async function downgrade(op: Operations): Promise<void> {
  await op.dropView('order_total');
}
