import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MigrateModule } from 'nestjs-migrate';
import { AnalyticsModule } from './analytics/analytics.module.js';
import { CatalogueModule } from './catalogue/catalogue.module.js';
import { analyticsOptions, shopOptions } from './database/database.options.js';
import { HealthModule } from './health/health.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { UsersModule } from './users/users.module.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    TypeOrmModule.forRootAsync({ inject: [ConfigService], useFactory: shopOptions }),
    TypeOrmModule.forRootAsync({ name: 'analytics', inject: [ConfigService], useFactory: analyticsOptions }),
    MigrateModule.forRoot(['default', 'analytics']),
    AnalyticsModule,
    UsersModule,
    CatalogueModule,
    OrdersModule,
    HealthModule,
  ],
})
export class AppModule {}
