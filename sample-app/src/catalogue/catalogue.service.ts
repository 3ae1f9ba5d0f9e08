import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { Category } from './category.entity.js';
import { Product } from './product.entity.js';
import { Tag } from './tag.entity.js';

export interface NewProduct {
  readonly name: string;
  readonly priceInCents: number;
  readonly description?: string;
  readonly categoryId?: number;
  readonly tags?: readonly string[];
}

export interface CategoryNode {
  readonly id: number;
  readonly name: string;
  readonly children: readonly CategoryNode[];
}

@Injectable()
export class CatalogueService {
  constructor(
    @InjectRepository(Product) private readonly products: Repository<Product>,
    @InjectRepository(Category) private readonly categories: Repository<Category>,
    @InjectRepository(Tag) private readonly tags: Repository<Tag>,
  ) {}

  findProducts(tag?: string): Promise<Product[]> {
    return this.products.find({
      where: tag === undefined ? {} : { tags: { name: tag } },
      relations: { category: true, tags: true },
      order: { id: 'ASC' },
    });
  }

  async createProduct({ categoryId, tags = [], ...product }: NewProduct): Promise<Product> {
    return this.products.save({
      ...product,
      category: categoryId === undefined ? null : { id: categoryId },
      tags: await this.settleTags(tags),
    });
  }

  /** The roots of the category tree with all that is below them. */
  async findCategories(): Promise<readonly CategoryNode[]> {
    const all = await this.categories.find({ relations: { parent: true }, order: { name: 'ASC' } });
    const below = (parent: number | undefined): CategoryNode[] =>
      all
        .filter((category) => category.parent?.id === parent)
        .map(({ id, name }) => ({ id, name, children: below(id) }));
    return below(undefined);
  }

  private async settleTags(names: readonly string[]): Promise<Tag[]> {
    const known = await this.tags.findBy({ name: In(names) });
    const missing = names.filter((name) => !known.some((tag) => tag.name === name));
    return [...known, ...(await this.tags.save(missing.map((name) => ({ name }))))];
  }
}
