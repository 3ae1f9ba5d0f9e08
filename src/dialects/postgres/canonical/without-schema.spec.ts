import { withoutSchema } from './without-schema.js';

describe('an expression on a table of another schema', () => {
  const table = { schema: 'App "1"', name: 'The table' };

  it.each([
    [`"App ""1"""."The table".age > 0`, `"The table".age > 0`],
    [`"App ""1""" . "The table" . "a.b" > 0`, `"The table". "a.b" > 0`],
    [`"The table".age > 0`, `"The table".age > 0`],
    [`app."The table".age > 0`, `app."The table".age > 0`],
    [`age <> '"App ""1"""."The table".'`, `age <> '"App ""1"""."The table".'`],
  ])('%s becomes %s', (written, expected) => expect(withoutSchema(written, table)).toBe(expected));

  it('is found by names without quotes as well', () => {
    expect(withoutSchema('PUBLIC.User.age > public.user.id', { schema: 'public', name: 'user' })).toBe(
      '"user".age > "user".id',
    );
  });
});
