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
