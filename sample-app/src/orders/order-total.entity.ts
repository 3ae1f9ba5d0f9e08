import { ViewColumn, ViewEntity } from 'typeorm';

/** What each user has ordered in all, cancelled orders apart. */
@ViewEntity({
  name: 'order_total',
  expression: `
    SELECT "o"."userId" AS "userId",
           COUNT(DISTINCT "o"."id") AS "orders",
           SUM("l"."quantity" * "l"."priceInCents") AS "totalInCents"
      FROM "order" "o"
      JOIN "order_line" "l" ON "l"."orderId" = "o"."id"
     WHERE "o"."status" <> 'cancelled'
     GROUP BY "o"."userId"`,
})
export class OrderTotal {
  @ViewColumn()
  userId!: number;

  @ViewColumn({ transformer: { from: Number, to: Number } })
  orders!: number;

  @ViewColumn({ transformer: { from: Number, to: Number } })
  totalInCents!: number;
}
