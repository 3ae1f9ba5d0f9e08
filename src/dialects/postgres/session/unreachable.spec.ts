import { isUnreachable } from './unreachable.js';

describe('isUnreachable', () => {
  it.each([
    ['server conn crashed?', '08P01', true],
    ['server login has been failing, try again later (server_login_retry)', '08P01', true],
    ['pgbouncer cannot connect to server', '08P01', true],
    ['insufficient data left in message', '08P01', false],
    ['the database system is starting up', '57P03', true],
    ['Connection terminated unexpectedly', undefined, true],
    ['relation "server conn crashed?" does not exist', '42P01', false],
  ])('"%s" with the code %s: %s', (message, code, expected) => {
    expect(isUnreachable(Object.assign(new Error(message), code === undefined ? {} : { code }))).toBe(expected);
  });
});
