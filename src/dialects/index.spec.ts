import { DataSource } from 'typeorm';
import { UnsupportedDriverError } from '../errors/database.errors.js';
import { dialectOf } from './index.js';

describe('the dialect of a data source', () => {
  const of = (type: string) => dialectOf({ options: { type } } as DataSource);

  it('is picked by its driver', () => {
    expect(dialectOf(new DataSource({ type: 'postgres' })).name).toBe('postgres');
    expect(['better-sqlite3', 'sqlite', 'sqljs'].map((type) => of(type).name)).toEqual(['sqlite', 'sqlite', 'sqlite']);
  });

  it('is refused for other drivers, with those that there are', () => {
    expect(() => of('mongodb')).toThrow(UnsupportedDriverError);
    expect(() => of('mongodb')).toThrow('"mongodb"');
  });
});
