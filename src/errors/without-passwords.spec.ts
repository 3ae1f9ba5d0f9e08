import { withoutPasswords } from './without-passwords.js';

describe('withoutPasswords', () => {
  it.each([
    ['cannot connect to postgres://app:s3cret@db:5432/app', 'cannot connect to postgres://app:***@db:5432/app'],
    ['at "mysql://:p@ss@db/x", later', 'at "mysql://:***@db/x", later'],
    ['host=db password=s3cret user=app', 'host=db password=*** user=app'],
    [`{ host: 'db', password: 's3 cret' }`, `{ host: 'db', password: '***' }`],
    ['{"password":"s3cret","port":1}', '{"password":"***","port":1}'],
    [`CREATE ROLE app LOGIN PASSWORD 'it''s'`, `CREATE ROLE app LOGIN PASSWORD '***'`],
    ['PGPASSWORD=s3cret psql', 'PGPASSWORD=*** psql'],
    ['https://example.com?user=a&password=s3cret&x=1', 'https://example.com?user=a&password=***&x=1'],
  ])('masks that of %s', (text, masked) => expect(withoutPasswords(text)).toBe(masked));

  it.each([
    'password authentication failed for user "app"',
    'column "password" of relation "user" does not exist',
    'see https://example.com:8080/docs',
    'duplicate key value violates unique constraint "UQ_a@b"',
  ])('leaves %s as it is', (text) => expect(withoutPasswords(text)).toBe(text));
});
