import { visible, visibleInLine, visibleJson } from './visible.js';

it.each([
  ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
  ['ding\x07', 'ding\\x07'],
  ['\x9b2J', '\\x9b2J'],
  ['user\u202etxt', 'user\\u202etxt'],
  ['\u2066a\u2069', '\\u2066a\\u2069'],
  ['over\rwritten', 'over\\rwritten'],
  ['half \ud83d', 'half \\ud83d'],
  ['a\0b\x7f', 'a\\x00b\\x7f'],
  ['Straße 🙂 日本\n\tnext\r\nlast', 'Straße 🙂 日本\n\tnext\nlast'],
])('text is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

it.each([
  ['a\nDROP TABLE b;', 'a\\nDROP TABLE b;'],
  ['a\r\nb\tc\u2028d\x85e', 'a\\r\\nb\\tc\\u2028d\\x85e'],
])('in one line it is %j', (text, shown) => {
  expect(visibleInLine(text)).toBe(shown);
});

it('a document keeps its values', () => {
  const value = { message: 'a\x1b\x07\u202e\x9b\x7f\n🙂' };
  const json = visibleJson(JSON.stringify(value, null, 2));
  expect(json).toMatch(/^[\x20-\x7e\n🙂]*$/u);
  expect(JSON.parse(json)).toEqual(value);
});
