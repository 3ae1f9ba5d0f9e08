import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MigrateModule } from 'nestjs-migrate';
import { Order } from './order.entity.js';
import { Shops } from './shops.js';

@Module({
  imports: [
    // What revisions are written against, and where the record of the runs is.
    TypeOrmModule.forRoot({
      type: 'better-sqlite3',
      database: process.env['TEMPLATE'] ?? 'template.sqlite',
      entities: [Order],
    }),
    MigrateModule.forRoot([{ tenants: { useClass: Shops, waves: ['1', '10%', '100%'], maxFailures: '2%' } }]),
  ],
})
export class AppModule {}
