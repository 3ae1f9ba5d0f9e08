import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Tenant, TenantDirectory } from 'nestjs-migrate';
import type { Repository } from 'typeorm';
import { Customer } from './customer.entity.js';

/** The tenants, in the order in which runs take them. */
@Injectable()
export class Customers implements TenantDirectory {
  constructor(@InjectRepository(Customer, 'shared') private readonly customers: Repository<Customer>) {}

  async tenants(): Promise<Tenant[]> {
    const customers = await this.customers.find({ order: { id: 'ASC' } });
    return customers.map(({ id, schema, plan }) => ({ id, schema, tags: [plan] }));
  }
}
