import 'reflect-metadata';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { MigrateModule, type MigrateModuleOptions, MigrationService, type RunResult } from 'nestjs-migrate';
import type { RunOptions } from './command.js';
import type { Direction } from './point.js';

@Module({})
class Root {}

/** Runs a history to its end in this process, through the service of an application. */
export async function runHere(
  direction: Direction,
  { dataSource, migrate }: RunOptions,
  more: MigrateModuleOptions = {},
): Promise<RunResult> {
  const root: DynamicModule = {
    module: Root,
    imports: [
      TypeOrmModule.forRoot({ ...dataSource, retryAttempts: 0 } as TypeOrmModuleOptions),
      MigrateModule.forRoot({ ...migrate, ...more } as MigrateModuleOptions),
    ],
  };
  const application = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
  try {
    const migrations = application.get(MigrationService);
    const [result] = await (direction === 'up' ? migrations.upgrade('heads') : migrations.downgrade('base'));
    return result!;
  } finally {
    await application.close();
  }
}
