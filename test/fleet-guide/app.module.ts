import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MigrateModule } from 'nestjs-migrate';
import { Customer } from './customer.entity.js';
import { Customers } from './customers.js';
import { Invoice } from './invoice.entity.js';
import { SignUp } from './sign-up.js';

const url = process.env.DATABASE_URL;

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url, schema: 'template', entities: [Invoice] }),
    TypeOrmModule.forRoot({ name: 'shared', type: 'postgres', url, entities: [Customer] }),
    TypeOrmModule.forFeature([Customer], 'shared'),
    MigrateModule.forRoot([
      {
        name: 'default',
        tenants: {
          imports: [TypeOrmModule.forFeature([Customer], 'shared')],
          useClass: Customers,
          waves: ['1', '10%', '100%'],
          maxFailures: '2%',
        },
      },
      { name: 'shared', directory: 'migrations-shared' },
    ]),
  ],
  providers: [SignUp],
})
export class AppModule {}
