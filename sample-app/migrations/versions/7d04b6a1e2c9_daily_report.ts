/*!
 * daily report
 *
 * Revision ID: 7d04b6a1e2c9
 * Revises: c389c1b10515
 * Create Date: 2026-11-22 18:35:40
 */

import type { Operations } from 'nestjs-migrate';

export const revision = '7d04b6a1e2c9';
export const downRevision = 'c389c1b10515';
export const branchLabels = null;
export const dependsOn = null;

export const upgrade = {
  analytics: upgradeAnalytics,
};

async function upgradeAnalytics(op: Operations): Promise<void> {
  const now = {
    postgres: { type: 'timestamp', default: 'now()' },
    mysql: {
      type: 'datetime',
      precision: 6,
      default: 'CURRENT_TIMESTAMP(6)',
      onUpdate: 'CURRENT_TIMESTAMP(6)',
    },
    sqlite: { type: 'datetime', default: "datetime('now')" },
  }[op.context.dialect];

  await op.createTable({
    name: 'daily_report',
    columns: [
      { name: 'day', type: 'date', isPrimary: true },
      { name: 'pageViews', type: 'integer', default: 0 },
      { name: 'ordersPlaced', type: 'integer', default: 0 },
      { name: 'revenueInCents', type: 'integer', default: 0 },
      { name: 'refreshedAt', ...now },
    ],
  });

  // The days before this revision get their reports too.
  const sql = `
    INSERT INTO "daily_report" ("day", "pageViews", "ordersPlaced", "revenueInCents")
    SELECT "day", SUM("views"), SUM("placed"), SUM("revenue")
      FROM (SELECT "day", 1 AS "views", 0 AS "placed", 0 AS "revenue" FROM "page_view"
            UNION ALL
            SELECT "day", 0,
                   CASE WHEN "status" = 'open' THEN 1 ELSE 0 END,
                   CASE WHEN "status" = 'paid' THEN "amountInCents" ELSE 0 END
              FROM "order_event") AS "event"
     GROUP BY "day"`;
  await op.execute(op.context.dialect === 'mysql' ? sql.replaceAll('"', '`') : sql);
}

export const downgrade = {
  analytics: downgradeAnalytics,
};

async function downgradeAnalytics(op: Operations): Promise<void> {
  await op.dropTable('daily_report');
}
