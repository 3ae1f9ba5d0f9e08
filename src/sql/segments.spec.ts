import * as fc from 'fast-check';
import { segmentsOf } from './segments.js';

const kinds = (sql: string): string[] => segmentsOf(sql).map(({ kind, text }) => `${kind}:${text}`);

describe('segmentsOf', () => {
  it.each([
    [
      "SELECT 'it''s -- no comment' -- but this",
      ['code:SELECT ', "quoted:'it''s -- no comment'", 'code: ', 'comment:-- but this'],
    ],
    ['a /* one /* two */ still */ b', ['code:a ', 'comment:/* one /* two */ still */', 'code: b']],
    ['DO $$ BEGIN; END $$; x', ['code:DO ', 'quoted:$$ BEGIN; END $$', 'code:; x']],
    ["AS $f$ it's $g$ $f$ LANGUAGE sql", ['code:AS ', "quoted:$f$ it's $g$ $f$", 'code: LANGUAGE sql']],
    [String.raw`E'a\'b' 'c\' d`, [String.raw`quoted:E'a\'b'`, 'code: ', String.raw`quoted:'c\'`, 'code: d']],
    ['"a""b" `c;d`', ['quoted:"a""b"', 'code: ', 'quoted:`c;d`']],
    ['$1 = a$b$c', ['code:$1 = a$b$c']],
  ])('%s', (sql, expected) => {
    expect(kinds(sql)).toEqual(expected);
  });

  it('loses no character, whatever the text', () => {
    const piece = fc.constantFrom("'", '"', '`', '$', '$a$', '--', '/*', '*/', '\n', '\\', 'E', 'x', ' ', ';', '?');
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (sql) => {
          expect(
            segmentsOf(sql)
              .map(({ text }) => text)
              .join(''),
          ).toBe(sql);
        },
      ),
    );
  });
});
