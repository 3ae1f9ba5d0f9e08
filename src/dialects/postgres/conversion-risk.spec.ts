import type { ColumnChange } from '../../operations/operation.js';
import { conversionRisk } from './conversion-risk.js';

const TIMESTAMP = 'timestamp without time zone';
const TIMESTAMPTZ = 'timestamp with time zone';
const text = (length?: number): ColumnChange => ({
  type: 'character varying',
  ...(length && { length: String(length) }),
});
const numeric = (precision?: number, scale?: number): ColumnChange => ({
  type: 'numeric',
  ...(precision && { precision }),
  ...(scale && { scale }),
});
const plain = (type: string): ColumnChange => ({ type });
const array = (type: string): ColumnChange => ({ type, isArray: true });

describe('what a change of type may do to values on PostgreSQL', () => {
  it.each<[string, ColumnChange, ColumnChange]>([
    ['longer text', text(50), text(100)],
    ['text without a limit', text(50), plain('text')],
    ['text that ignores case', text(), plain('citext')],
    ['text with padding', { type: 'character', length: '3' }, { type: 'character', length: '5' }],
    ['another collation', { ...text(), collation: 'C' }, text()],
    ['any value as text', plain('jsonb'), plain('text')],
    ['a number as long enough text', plain('integer'), text(11)],
    ['a wider whole number', plain('integer'), plain('bigint')],
    ['a whole number in enough digits', plain('integer'), numeric(12, 2)],
    ['a number in more digits', numeric(10, 2), numeric(12, 4)],
    ['a number without a limit', numeric(10, 2), numeric()],
    ['a small number in a whole one', numeric(9), plain('integer')],
    ['a whole number that a floating-point one holds', plain('integer'), plain('double precision')],
    ['double precision', plain('real'), plain('double precision')],
    ['yes or no as a number', plain('boolean'), plain('integer')],
    ['yes or no as any number', plain('boolean'), numeric(3, 2)],
    ['an amount in enough digits', plain('money'), numeric(19, 2)],
    ['a whole number as an amount', plain('integer'), plain('money')],
    ['a number with cents as an amount', numeric(10, 2), plain('money')],
    ['JSON that is no longer binary', plain('jsonb'), plain('json')],
    ['a char in a shorter varchar, as to its blanks', { type: 'character', length: '3' }, text(5)],
    ['a date with a time', plain('date'), plain(TIMESTAMP)],
    ['a time of day as an interval', plain('time without time zone'), plain('interval')],
    ['a range as the only one', plain('numrange'), plain('nummultirange')],
    ['ranges of wider numbers', plain('int4multirange'), plain('int8multirange')],
    ['a range as the only one of wider numbers', plain('int4range'), plain('int8multirange')],
    ['finer times', { type: TIMESTAMP, precision: 3 }, plain(TIMESTAMP)],
    ['full precision in words', plain(TIMESTAMP), { type: TIMESTAMP, precision: 6 }],
    ['a value as the only one of an array', text(), array('text')],
    ['an array as a list', array('integer'), plain('jsonb')],
    ['a simple-array as an array of texts', plain('simple-array'), array('text')],
    ['a list as a simple-json', array('text'), plain('simple-json')],
    ['an array of wider numbers', array('integer'), array('bigint')],
    ['any number of bits', { type: 'bit', length: '4' }, plain('bit varying')],
    ['the same enum', { type: 'enum', enumName: 'e' }, { type: 'enum', enumName: 'e' }],
  ])('nothing: %s', (_name, from, to) => {
    expect(conversionRisk(from, to)).toBeUndefined();
  });

  it.each<[ColumnChange, ColumnChange, string]>([
    [text(9), text(5), 'changes from varchar(9) to varchar(5): this fails where a value does not fit'],
    [plain('text'), text(5), 'this fails where a value does not fit'],
    [plain('text'), text(3), 'does not fit, and blanks at the end beyond the length are dropped'],
    [text(9), text(5), 'does not fit, and blanks at the end beyond the length are dropped'],
    [
      array('text'),
      { type: 'character varying', length: '3', isArray: true },
      'and blanks at the end beyond the length',
    ],
    [plain('json'), plain('jsonb'), 'from json to jsonb: of keys that are there twice the last is kept'],
    [array('json'), array('jsonb'), ': of keys that are there twice the last is kept'],
    [
      plain('text'),
      array('text'),
      "a text with commas becomes one element; existing: { type: 'simple-array' } splits it",
    ],
    [
      array('text'),
      plain('simple-array'),
      'changes from text[] to simple-array: this fails where an element has a comma',
    ],
    [plain('simple-array'), array('integer'), 'this fails where an element is no integer'],
    [plain('jsonb'), array('text'), ': a value that is no list becomes the only element'],
    [plain('bigint'), text(5), 'this fails where a value does not fit'],
    [plain('bigint'), plain('integer'), 'changes from bigint to integer: this fails where a value does not fit'],
    [plain('integer'), numeric(10, 2), ': this fails where a value does not fit'],
    [numeric(12, 4), numeric(10, 2), ': values are rounded'],
    [numeric(12, 2), numeric(12, 4), ': this fails where a value does not fit'],
    [numeric(10, 2), numeric(10), ': values are rounded'],
    [numeric(), numeric(10, 2), 'values are rounded, and this fails where a value does not fit'],
    [numeric(10, 2), plain('bigint'), ': values are rounded'],
    [plain('double precision'), plain('integer'), 'values are rounded, and this fails where a value does not fit'],
    [plain('double precision'), plain('real'), 'digits after the first 6 are lost'],
    [plain('bigint'), plain('double precision'), 'digits after the first 15 are lost'],
    [text(), plain('uuid'), 'this fails where a value is no uuid'],
    [text(), plain('integer'), ': leading zeros are dropped, and this fails where a value is no integer'],
    [plain('tstzrange'), plain('daterange'), ': the time of day is dropped'],
    [text(), { type: 'enum', enumName: 'e' }, 'this fails where a value is none of its labels'],
    [
      { type: 'enum', enumName: 'e' },
      { type: 'enum', enumName: 'f' },
      'this fails where a value is none of its labels',
    ],
    [plain(TIMESTAMP), plain('date'), 'the time of day is dropped'],
    [plain(TIMESTAMP), plain(TIMESTAMPTZ), "values are read in the session's TimeZone"],
    [{ type: TIMESTAMPTZ }, { type: TIMESTAMP, precision: 0 }, 'TimeZone, and fractions of a second are rounded'],
    [plain('time without time zone'), { type: 'interval', precision: 0 }, ': fractions of a second are rounded'],
    [plain(TIMESTAMP), plain('time with time zone'), ': the date is dropped'],
    [plain('tstzmultirange'), plain('datemultirange'), ': the time of day is dropped'],
    [plain('int4multirange'), plain('int4range'), ': this fails where a value is no int4range'],
    [plain('numrange'), plain('int8multirange'), ': numbers between the whole ones are dropped, and this fails'],
    [plain('numrange'), plain('int4range'), ': numbers between the whole ones are dropped, and this fails'],
    [plain('jsonb'), numeric(5, 1), ': values are rounded, and this fails where a value is no numeric(5,1)'],
    [plain('bit varying'), plain('integer'), ': leading zeros are dropped, and this fails'],
    [plain('json'), plain('real'), ': digits after the first 6 are lost, and this fails'],
    [plain('text'), plain('bytea'), ': texts come back in hexadecimal, and this fails'],
    [plain('text'), plain('tsvector'), ': words are sorted, and repeated ones dropped, and this fails'],
    [text(5), { type: 'character', length: '5' }, ': blanks at the end are dropped'],
    [plain('interval'), plain('time without time zone'), ': this fails where a value is no time'],
    [plain(TIMESTAMP), { type: TIMESTAMP, precision: 0 }, 'to timestamp(0): fractions of a second'],
    [plain('bigint'), plain('money'), ': this fails where a value does not fit'],
    [plain('money'), numeric(10), ': values are rounded, and this fails where a value does not fit'],
    [plain('money'), plain('double precision'), 'digits after the first 15 are lost'],
    [plain('money'), plain('integer'), ': this fails where a value is no integer'],
    [plain('boolean'), numeric(2, 2), ': this fails where a value does not fit'],
    [numeric(), plain('money'), 'to money: values are rounded'],
    [text(), numeric(10, 2), ': values are rounded, and this fails where a value is no numeric(10,2)'],
    [text(), plain('real'), ': digits after the first 6 are lost, and this fails where a value is no real'],
    [text(), plain('date'), ': a time of day is dropped, and this fails where a value is no date'],
    [array('numeric'), numeric(9, 2), ', and this fails where an array has not one element'],
    [array(TIMESTAMP), plain('date'), ': the time of day is dropped, and this fails where an array has not'],
    [array('integer'), plain('text'), ': an array of several elements, or of none, becomes its text'],
    [array('integer'), plain('integer'), ': this fails where an array has not one element'],
    [{ type: 'bit', length: '4' }, { type: 'bit', length: '8' }, 'this fails where a value does not fit'],
    [{ type: 'bit varying', length: '8' }, { type: 'bit', length: '8' }, 'this fails where a value does not fit'],
  ])('%j to %j', (from, to, risk) => {
    expect(conversionRisk(from, to)).toContain(risk);
  });
});
