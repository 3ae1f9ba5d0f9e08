import type { ConfigService } from '@nestjs/config';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';

/** The shop's own database: PostgreSQL where DATABASE_URL says so, else a SQLite file beside the application. */
export function shopOptions(config: ConfigService): TypeOrmModuleOptions {
  return optionsOf(config.get('DATABASE_URL'), config.get('SQLITE_FILE', 'shop.sqlite'));
}

/** The database of what visitors do: PostgreSQL where ANALYTICS_URL says so, else another SQLite file. */
export function analyticsOptions(config: ConfigService): TypeOrmModuleOptions {
  return optionsOf(config.get('ANALYTICS_URL'), config.get('ANALYTICS_FILE', 'analytics.sqlite'));
}

function optionsOf(url: string | undefined, file: string): TypeOrmModuleOptions {
  return url
    ? { type: 'postgres', url, autoLoadEntities: true }
    : { type: 'better-sqlite3', database: file, autoLoadEntities: true };
}
