import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MigrationFleet } from 'nestjs-migrate';
import type { Repository } from 'typeorm';
import { Customer } from './customer.entity.js';

/** Makes a tenant: its schema, its place in the registry, and its tables. */
@Injectable()
export class SignUp {
  constructor(
    @InjectRepository(Customer, 'shared') private readonly customers: Repository<Customer>,
    private readonly fleet: MigrationFleet,
  ) {}

  /** Can be called again where it has failed. */
  async signUp(id: string): Promise<Customer> {
    const customer = this.customers.create({ id, schema: `tenant_${id}` });
    await this.customers.query(`CREATE SCHEMA IF NOT EXISTS "${customer.schema}"`);
    await this.customers.save(customer);
    const { failed } = await this.fleet.upgrade('head', { tenants: [id] });
    const [failure] = failed;
    if (failure !== undefined) throw new Error(`${id} has no tables yet: ${failure.error}`);
    return customer;
  }
}
