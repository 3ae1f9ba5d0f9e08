import { Body, Controller, Get, Post, Query, UseInterceptors } from '@nestjs/common';
import { PageViewInterceptor } from '../analytics/page-view.interceptor.js';
import { CatalogueService, type CategoryNode, type NewProduct } from './catalogue.service.js';
import type { Product } from './product.entity.js';

@Controller()
@UseInterceptors(PageViewInterceptor)
export class CatalogueController {
  constructor(private readonly catalogue: CatalogueService) {}

  @Get('products')
  findProducts(@Query('tag') tag?: string): Promise<Product[]> {
    return this.catalogue.findProducts(tag);
  }

  @Post('products')
  createProduct(@Body() product: NewProduct): Promise<Product> {
    return this.catalogue.createProduct(product);
  }

  @Get('categories')
  findCategories(): Promise<readonly CategoryNode[]> {
    return this.catalogue.findCategories();
  }
}
