/** An application as a user would write it, of entities that are not ours. */
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { getMetadataArgsStorage } from 'typeorm';
import { MigrateModule, MigrationService } from '../../dist/index.js';
import { loadSource } from './load.mjs';

const require = createRequire(import.meta.url);
const { dump } = loadSource(require.resolve('../../test/changes/dump.ts'));

/** Starts an application on a database, lets `work` use its migrations and its data source, and closes it. */
export async function withApplication(set, database, directory, work) {
  restoreDefaults();
  const connection = { ...set.options, ...database.options, retryAttempts: 0, synchronize: false, logging: false };
  class Application {}
  const imports = [TypeOrmModule.forRoot(connection), MigrateModule.forRoot({ directory, connectTimeout: 60_000 })];
  Module({ imports })(Application);
  const application = await NestFactory.createApplicationContext(Application, { logger: false, abortOnError: false });
  try {
    return await work({
      migrations: application.get(MigrationService),
      dataSource: application.get(getDataSourceToken()),
    });
  } finally {
    await application.close();
  }
}

/** The defaults of columns as they are declared. */
const declared = new Map();

/** TypeORM puts the default that a subclass gives a column into what it keeps of its parent: the next data source finds it there. */
function restoreDefaults() {
  for (const { options, target } of getMetadataArgsStorage().columns) {
    if (!declared.has(options)) declared.set(options, options.default);
    else if (typeof target === 'function') options.default = declared.get(options);
  }
}

/** The catalog without what is kept beside the entities: TypeORM's notes, and the extensions that it installs itself. */
export async function catalogOf(dataSource) {
  const lines = await dump(dataSource);
  return lines
    .filter((line) => !/^extension |\btypeorm_metadata\b/.test(line))
    .map((line) => line.replaceAll(/\s+/g, ' '));
}

const NOTED = /typeorm_metadata|^(CREATE|DROP) (MATERIALIZED )?VIEW\b/;

/** What TypeORM's own comparison would do; views and generated columns apart, which it looks up in a table of its own. */
export async function differencesOf(dataSource) {
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query).filter((query) => !NOTED.test(query));
  } catch (error) {
    if (NOTED.test(error.message)) return [];
    throw error;
  }
}

/** The lines that only one of two catalogs has. */
export function differences(before, after) {
  const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  return [...gone, ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`)];
}

/** Makes the schemas of a data source and its entities, which TypeORM leaves to others. */
export async function createSchemas(dataSource) {
  if (dataSource.options.type !== 'postgres') return;
  const schemas = new Set([dataSource.options.schema, ...dataSource.entityMetadatas.map(({ schema }) => schema)]);
  for (const schema of schemas) if (schema) await dataSource.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
}
