import type { TypeOrmModuleOptions } from '@nestjs/typeorm';

/** PostgreSQL where the environment has a URL, else a SQLite file beside the application. */
export function databaseOptions(urlVariable: string, file: string): TypeOrmModuleOptions {
  const url = process.env[urlVariable];
  return url
    ? { type: 'postgres', url, autoLoadEntities: true }
    : { type: 'better-sqlite3', database: file, autoLoadEntities: true };
}
