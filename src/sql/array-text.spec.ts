import * as fc from 'fast-check';
import { arrayText, mapArrayText } from './array-text.js';

describe('arrayText', () => {
  it.each([
    [[], '{}'],
    [['a', 'b c', '', 'NULL', null, 1], '{a,"b c","","NULL",NULL,1}'],
    [
      [
        ['a', '{'],
        ['"', '\\'],
      ],
      String.raw`{{a,"{"},{"\"","\\"}}`,
    ],
  ])('%j', (values, text) => {
    expect(arrayText(values, String)).toBe(text);
  });
});

describe('mapArrayText', () => {
  it.each([
    ['{a,"b c",NULL,{a}}', '{x,"b c",NULL,{x}}'],
    ['{"a",ab,a}', '{x,ab,x}'],
    ['{}', '{}'],
  ])('%s', (text, changed) => {
    expect(mapArrayText(text, (element) => (element === 'a' ? 'x' : element))).toBe(changed);
  });

  it('gives each element once, as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (values) => {
        const seen: string[] = [];
        const text = arrayText(values, String);
        expect(mapArrayText(text, (element) => (seen.push(element), element))).toBe(text);
        expect(seen).toEqual(values);
      }),
    );
  });
});
