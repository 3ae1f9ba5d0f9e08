import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { UnsupportedDriverError } from '../errors/database.errors.js';
import { packageOfDriver } from './drivers.js';
import { dialectOf } from './index.js';

describe('the dialect of a data source', () => {
  const of = (type: string) => dialectOf({ options: { type } } as DataSource);

  it('is picked by its driver', () => {
    expect(dialectOf(new DataSource({ type: 'postgres' })).name).toBe('postgres');
    expect(['better-sqlite3', 'sqlite', 'sqljs'].map((type) => of(type).name)).toEqual(['sqlite', 'sqlite', 'sqlite']);
  });

  it('is refused for other drivers, with the list of those that are supported', () => {
    expect(() => of('mongodb')).toThrow(UnsupportedDriverError);
    expect(() => of('mongodb')).toThrow('"mongodb"');
  });
});

describe('the package of a driver', () => {
  it('is what npm installs and rebuilds', () => {
    const types = ['postgres', 'better-sqlite3', 'sqlite', 'sqljs', 'oracledb'];
    expect(types.map((type) => packageOfDriver(type))).toEqual([
      'pg',
      'better-sqlite3',
      'sqlite3',
      'sql.js',
      'oracledb',
    ]);
  });
});

describe('which database it is', () => {
  /** A comparison of a name of a dialect, on either side of the operator. */
  const CHECK =
    /\b(?:name|systemName|dialect)\s*[!=]==?\s*['"](?:postgres|mysql|mariadb|sqlite)|['"](?:postgres|mysql|sqlite)\w*['"]\s*[!=]==?|\bcase ['"](?:postgres|mysql|sqlite)/;

  it('is checked by no code outside dialects/: differences are rules', () => {
    const src = join(__dirname, '..');
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith('dialects'),
    );
    expect(files.length).toBeGreaterThan(500);
    const checks = files.flatMap((file) =>
      readFileSync(join(src, file), 'utf8')
        .split('\n')
        .flatMap((line, at) =>
          CHECK.test(line) && !/^\s*(?:\*|\/[/*])/.test(line) ? [`${file}:${at + 1}${line}`] : [],
        ),
    );
    expect(checks).toEqual([]);
  });
});
