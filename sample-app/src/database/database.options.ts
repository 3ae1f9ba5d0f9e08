import type { ConfigService } from '@nestjs/config';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';

/** PostgreSQL where DATABASE_URL says so, else a SQLite file beside the application. */
export function databaseOptions(config: ConfigService): TypeOrmModuleOptions {
  const url = config.get<string>('DATABASE_URL');
  return url
    ? { type: 'postgres', url, autoLoadEntities: true }
    : { type: 'better-sqlite3', database: config.get('SQLITE_FILE', 'shop.sqlite'), autoLoadEntities: true };
}
