import { DefaultNamingStrategy } from 'typeorm';
import { defaultPrimaryKeyName } from './default-primary-key-name.js';

describe('defaultPrimaryKeyName', () => {
  it.each<[string, string[]]>([
    ['order', ['id']],
    ['sales.order', ['id']],
    ['membership', ['userId', 'groupId']],
    ['membership', ['groupId', 'userId']],
    ['A table', ['Größe', 'ключ']],
    ['a.b.c', ['x']],
    ['t'.repeat(70), ['_']],
  ])('of %s (%s) is the name that TypeORM gives', (table, columns) => {
    expect(defaultPrimaryKeyName(table, columns)).toBe(new DefaultNamingStrategy().primaryKeyName(table, columns));
  });

  it('never changes, since histories depend on it', () => {
    expect(defaultPrimaryKeyName('order', ['id'])).toBe('PK_1031171c13130102495201e3e20');
    expect(defaultPrimaryKeyName('membership', ['b', 'a'])).toBe(defaultPrimaryKeyName('membership', ['a', 'b']));
  });
});
