import { type DataSource, ViewColumn, ViewEntity } from 'typeorm';

/** What each user has ordered in all, cancelled orders apart. */
@ViewEntity({
  name: 'order_total',
  expression: (dataSource: DataSource) => {
    // As the database quotes names.
    const column = (alias: string, name: string): string =>
      [alias, name].map((part) => dataSource.driver.escape(part)).join('.');
    return dataSource
      .createQueryBuilder()
      .select(column('o', 'userId'), 'userId')
      .addSelect(`COUNT(DISTINCT ${column('o', 'id')})`, 'orders')
      .addSelect(`SUM(${column('l', 'quantity')} * ${column('l', 'priceInCents')})`, 'totalInCents')
      .from('order', 'o')
      .innerJoin('order_line', 'l', `${column('l', 'orderId')} = ${column('o', 'id')}`)
      .where(`${column('o', 'status')} <> 'cancelled'`)
      .groupBy(column('o', 'userId'));
  },
})
export class OrderTotal {
  @ViewColumn()
  userId!: number;

  @ViewColumn({ transformer: { from: Number, to: Number } })
  orders!: number;

  @ViewColumn({ transformer: { from: Number, to: Number } })
  totalInCents!: number;
}
