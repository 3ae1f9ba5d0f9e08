import type { ConfigService } from '@nestjs/config';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';

/** The shop's own database: PostgreSQL, MySQL or MariaDB where DATABASE_URL says so, else a SQLite file. */
export function shopOptions(config: ConfigService): TypeOrmModuleOptions {
  return optionsOf(config.get('DATABASE_URL'), config.get('SQLITE_FILE', 'shop.sqlite'));
}

/** The database of what visitors do: the same by ANALYTICS_URL, else another SQLite file. */
export function analyticsOptions(config: ConfigService): TypeOrmModuleOptions {
  return optionsOf(config.get('ANALYTICS_URL'), config.get('ANALYTICS_FILE', 'analytics.sqlite'));
}

function optionsOf(url: string | undefined, file: string): TypeOrmModuleOptions {
  if (!url) return { type: 'better-sqlite3', database: file, autoLoadEntities: true };
  return { type: typeOf(url), url, autoLoadEntities: true };
}

function typeOf(url: string): 'postgres' | 'mysql' | 'mariadb' {
  if (url.startsWith('mysql:')) return 'mysql';
  return url.startsWith('mariadb:') ? 'mariadb' : 'postgres';
}
