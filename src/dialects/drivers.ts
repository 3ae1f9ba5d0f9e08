/** TypeORM's names of the supported drivers, available without loading any dialect. */
export const supportedDrivers = ['postgres', 'better-sqlite3', 'sqlite', 'sqljs', 'mysql', 'mariadb'] as const;

export type SupportedDriver = (typeof supportedDrivers)[number];

export function isSupportedDriver(type: unknown): type is SupportedDriver {
  return supportedDrivers.includes(type as SupportedDriver);
}

/** The npm package of a driver. */
export function packageOfDriver(type: string): string {
  return isSupportedDriver(type) ? packages[type] : type;
}

const packages: Readonly<Record<SupportedDriver, string>> = {
  postgres: 'pg',
  'better-sqlite3': 'better-sqlite3',
  sqlite: 'sqlite3',
  sqljs: 'sql.js',
  mysql: 'mysql2',
  mariadb: 'mysql2',
};

/** Whether databases of a driver have schemas. */
export function hasSchemas(type: unknown): boolean {
  return type === 'postgres';
}
