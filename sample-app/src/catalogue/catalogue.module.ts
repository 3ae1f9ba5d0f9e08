import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AnalyticsModule } from '../analytics/analytics.module.js';
import { CatalogueController } from './catalogue.controller.js';
import { CatalogueService } from './catalogue.service.js';
import { Category } from './category.entity.js';
import { Product } from './product.entity.js';
import { Tag } from './tag.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([Product, Category, Tag]), AnalyticsModule],
  controllers: [CatalogueController],
  providers: [CatalogueService],
})
export class CatalogueModule {}
