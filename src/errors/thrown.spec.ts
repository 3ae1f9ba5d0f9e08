import { causesOf, describeThrown } from './thrown.js';

describe('what a thrown value says', () => {
  it.each<[string, unknown, string]>([
    ['an error', new Error('no url'), 'no url'],
    ['a programming mistake, by its kind', new TypeError('x is not a function'), 'TypeError: x is not a function'],
    ['a text', 'no url', 'no url'],
    ['undefined', undefined, 'undefined was thrown'],
    ['null', null, 'null was thrown'],
    ['an empty text', '', "'' was thrown"],
    ['a number', 3, '3 was thrown'],
    ['an object', { status: 503 }, '{ status: 503 } was thrown'],
    ['an object that is shaped like an error', { message: 'secret is gone' }, 'secret is gone'],
    ['an error without a message', new RangeError(), 'RangeError without a message'],
    ['an error of several attempts', new AggregateError([new Error('a'), 'b']), 'a; b'],
    ['one with a message', new AggregateError([new Error('a'), new Error('b')], 'all failed'), 'all failed: a; b'],
    ['the first paragraph of a long one', new Error('line 1\n  line 2\n\nAdvice'), 'line 1 line 2'],
    [
      'the first of its causes',
      new Error('outer.', { cause: new Error('middle', { cause: 'inner' }) }),
      'outer (first cause: inner)',
    ],
    ['a cause that it repeats, once', new Error('failed: inner', { cause: new Error('inner') }), 'failed: inner'],
  ])('%s', (_, thrown, text) => {
    expect(describeThrown(thrown)).toBe(text);
  });

  it('ends where causes go in a circle', () => {
    const one = new Error('one');
    const two = new Error('two', { cause: one });
    one.cause = two;
    expect(causesOf(one)).toEqual([one, two]);
    expect(describeThrown(one)).toBe('one (first cause: two)');
  });
});
