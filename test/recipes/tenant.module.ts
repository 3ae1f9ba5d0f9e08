import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MigrateModule } from 'nestjs-migrate';
import { Note } from './note.entity.js';

@Module({})
export class TenantModule {
  static of(schema: string): DynamicModule {
    return {
      module: TenantModule,
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL, schema, entities: [Note] }),
        MigrateModule.forRoot({ directory: process.env.MIGRATIONS ?? 'migrations' }),
      ],
    };
  }
}
