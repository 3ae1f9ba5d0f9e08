import { Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import {
  getMigrationFleetToken,
  InjectMigrationFleet,
  MigrateModule,
  type MigrateDataSource,
  MigrateOptionsError,
  MigrationFleet,
  type Tenant,
  type TenantDirectory,
  type TenantsOptions,
} from '../index.js';

const dataSource = new DataSource({ type: 'better-sqlite3', database: ':memory:' });
const directory: TenantDirectory = { tenants: () => [{ id: 'acme' }] };

@Injectable()
class Customers implements TenantDirectory {
  tenants(): Tenant[] {
    return [{ id: 'globex' }];
  }
}

@Module({ providers: [Customers], exports: [Customers] })
class CustomersModule {}

@Injectable()
class Rollouts {
  constructor(@InjectMigrationFleet('second') readonly fleet: MigrationFleet) {}
}

async function started(...entries: MigrateDataSource[]): Promise<TestingModule> {
  return Test.createTestingModule({
    imports: [MigrateModule.forRoot(entries.map((entry) => ({ dataSource, ...entry })))],
    providers: entries.some(({ name, tenants }) => name === 'second' && tenants) ? [Rollouts] : [],
  }).compile();
}

const refusal = async (tenants: unknown): Promise<string> => {
  const error: unknown = await started({ tenants: tenants as TenantsOptions }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MigrateOptionsError);
  return (error as Error).message;
};

describe('tenants of a data source', () => {
  it.each<[string, TenantsOptions]>([
    ['a factory', { useFactory: () => directory }],
    ['a factory that waits', { useFactory: async () => directory }],
    [
      'a factory with what it needs',
      { imports: [CustomersModule], inject: [Customers], useFactory: (customers: Customers) => customers },
    ],
    ['a class', { useClass: Customers }],
    ['a provider that exists', { imports: [CustomersModule], useExisting: Customers }],
  ])('come from %s', async (_, tenants) => {
    const module = await started({ tenants });
    expect(module.get(MigrationFleet).dataSource).toBe('default');
    expect(module.get(getMigrationFleetToken('default'))).toBeInstanceOf(MigrationFleet);
  });

  it('make the fleet without a name that of the first data source that has them', async () => {
    const module = await started({ name: 'first' }, { name: 'second', tenants: { useFactory: () => directory } });
    expect(module.get(MigrationFleet).dataSource).toBe('second');
    expect(module.get(Rollouts).fleet.dataSource).toBe('second');
    expect(() => module.get(getMigrationFleetToken('first'))).toThrow('firstMigrationFleet');
  });

  it.each([
    ['something else', 'none', 'The option "tenants" of data source "default" must be an object, not "none".'],
    ['no directory', {}, 'none of useFactory, useClass and useExisting is given'],
    ['two directories', { useClass: Customers, useExisting: Customers }, 'useClass and useExisting are given'],
    ['a misspelt option', { useClass: Customers, wave: [1] }, 'has no option "wave"'],
    ['no class', { useClass: {} }, 'must be a class, not an object'],
    ['inject without a factory', { useClass: Customers, inject: ['A'] }, '"inject" of the tenants'],
    ['a token that is undefined', { useFactory: () => directory, inject: [undefined] }, 'has undefined in it'],
    ['a concurrency of 0', { useClass: Customers, concurrency: 0 }, '"concurrency"'],
    ['a share that is none', { useClass: Customers, maxFailures: '102%' }, '"maxFailures"'],
    ['a negative number', { useClass: Customers, maxFailures: -1 }, '"maxFailures"'],
    ['no wave', { useClass: Customers, waves: [] }, '"waves"'],
    ['an empty wave', { useClass: Customers, waves: ['0%'] }, '"waves"'],
    ['waves that shrink', { useClass: Customers, waves: ['50%', '10%'] }, '"waves"'],
    ['a time that is none', { useClass: Customers, tenantTimeout: 'soon' }, '"tenantTimeout"'],
    [
      'what is no directory',
      { useFactory: () => [] },
      'useFactory gives no TenantDirectory, but a value of type Array',
    ],
  ])('refuse %s', async (_, tenants, message) => {
    expect(await refusal(tenants)).toContain(message);
  });

  it('may be given as texts, as the environment has them', async () => {
    const tenants = {
      useClass: Customers,
      concurrency: '8',
      maxFailures: '3',
      waves: ['1', 10, '50.5%'],
      tenantTimeout: '100',
    };
    await expect(started({ tenants: tenants as unknown as TenantsOptions })).resolves.toBeDefined();
  });

  it('refuses calls with options that do not exist', async () => {
    const fleet = (await started({ tenants: { useClass: Customers } })).get(MigrationFleet);
    await expect(fleet.upgrade('head', { tenant: ['acme'] } as never)).rejects.toThrow(
      '`upgrade` has no option "tenant"',
    );
    await expect(fleet.status({ shard: '5/4' })).rejects.toThrow("'shard'");
  });
});
