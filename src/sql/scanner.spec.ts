import * as fc from 'fast-check';
import { ANY_SQL, MYSQL_SQL, POSTGRES_SQL, SQLITE_SQL, type SqlRules } from './rules.js';
import { codeTokens, scan } from './scanner.js';

const LETTER = { word: 'w', quoted: 'q', string: 's', binary: 'b', number: 'n', parameter: 'p', symbol: '' } as const;

/** The tokens of code with the letter of their kind: `w:a = s:'x'`. */
function read(sql: string, rules: SqlRules): string {
  return codeTokens(sql, rules)
    .map(({ kind, text }) => (LETTER[kind as 'word'] ? `${LETTER[kind as 'word']}:${text}` : text))
    .join(' ');
}

const values = (sql: string, rules: SqlRules): string[] => codeTokens(sql, rules).map(({ value }) => value);

const DATABASES = { POSTGRES_SQL, SQLITE_SQL, MYSQL_SQL, ANY_SQL };

describe.each(Object.entries(DATABASES))('scan with %s', (_name, rules) => {
  it.each([
    ["'it''s -- no comment' -- but this", "s:'it''s -- no comment'"],
    ["'' ''", "s:'' s:''"],
    ["''''", "s:''''"],
    ['a /* one ; */ b', 'w:a w:b'],
    ['a -- at the end', 'w:a'],
    ['a -- one\nb -- two', 'w:a w:b'],
    ['`a``b`.`c;d`', rules.nameQuotes.includes('`') ? 'q:`a``b` . q:`c;d`' : '` w:a ` ` w:b ` . ` w:c ; w:d `'],
    ['Straße ÜBER名前_1$2 _a', 'w:Straße w:ÜBER名前_1$2 w:_a'],
    ['1 1.5e-3 .5 0xFF 1_000 1e5+2', 'n:1 n:1.5e-3 n:.5 n:0xFF n:1_000 n:1e5 + n:2'],
    ["x'1F' X'1f'", "b:x'1F' b:X'1f'"],
    ["ee'a' _x'b'", "w:ee s:'a' w:_x s:'b'"],
    ['a<=b||c->>d!=e', 'w:a <= w:b || w:c ->> w:d != w:e'],
    ['t1.a', 'w:t1 . w:a'],
    ["'open", "s:'open"],
    ['a /* open', 'w:a'],
  ])('%s', (sql, expected) => {
    expect(read(sql, rules)).toBe(expected);
  });
});

describe('on PostgreSQL', () => {
  it.each([
    [String.raw`E'it\'s from x' AND b`, String.raw`s:E'it\'s from x' w:AND w:b`],
    [String.raw`e'\\' AND b`, String.raw`s:e'\\' w:AND w:b`],
    [String.raw`'c\' AND b`, String.raw`s:'c\' w:AND w:b`],
    [String.raw`nE'\' e 'c\'`, String.raw`w:nE s:'\' w:e s:'c\'`],
    ["B'101' N'x' U&'d\\0061t'", "b:B'101' s:N'x' s:U&'d\\0061t'"],
    [String.raw`U&"d\0061t" U & "d"`, String.raw`q:U&"d\0061t" w:U & q:"d"`],
    [`U&"d!0061t" UESCAPE '!' + u&'x' uescape '#'`, `q:U&"d!0061t" UESCAPE '!' + s:u&'x' uescape '#'`],
    ['a /* one /* two */ still */ b', 'w:a w:b'],
    ['a /*/* **/ /*/ b */*/ c', 'w:a w:c'],
    ['DO $$ BEGIN; END $$; x', 'w:DO s:$$ BEGIN; END $$ ; w:x'],
    ["AS $f$ it's $g$ $F$ $f$ LANGUAGE sql", "w:AS s:$f$ it's $g$ $F$ $f$ w:LANGUAGE w:sql"],
    ['$1 = a$b$c + $tag_ä$ x $tag_ä$', 'p:$1 = w:a$b$c + s:$tag_ä$ x $tag_ä$'],
    ['$1$ $', 'p:$1 $ $'],
    ["'a'\n  'b' 'c'", "s:'a'\n  'b' s:'c'"],
    [
      String.raw`E'a' -- more` + '\n' + String.raw`'b\'c' d`,
      String.raw`s:E'a' -- more` + '\n' + String.raw`'b\'c' w:d`,
    ],
    ['x::"T" a[1:2] ARRAY[b]', 'w:x :: q:"T" w:a [ n:1 : n:2 ] w:ARRAY [ w:b ]'],
    ['"a""b" "c', 'q:"a""b" q:"c'],
    ["data #> '{a}' -- b", "w:data # > s:'{a}'"],
    ["a ? 'b' AND c @> d", "w:a ? s:'b' w:AND w:c @ > w:d"],
  ])('%s', (sql, expected) => {
    expect(read(sql, POSTGRES_SQL)).toBe(expected);
  });

  it.each([
    [`'it''s'`, "it's"],
    [String.raw`E'\'\\\n\x41\101\u0061\U0001F600\xc3\xa9\q'`, "'\\\nAAa😀éq"],
    [String.raw`U&'d\0061t\+01F600\\ ''x'''`, "dat😀\\ 'x'"],
    [`U&'d!0061t!!' UESCAPE '!'`, 'dat!'],
    [String.raw`U&"d\0061t""x"`, 'dat"x'],
    [`U&"d*0061t" UESCAPE '*'`, 'dat'],
    ['$$a$$', 'a'],
    ["$tag$it's$$ $tag$", "it's$$ "],
    ['$a$open$$', 'open$$'],
    ["'a'\n'b''c'", "ab'c"],
    ['"a""b"', 'a"b'],
    ["'open", 'open'],
    ['"open', 'open'],
    ["'", ''],
  ])('%s means %s', (sql, value) => {
    expect(values(sql, POSTGRES_SQL)).toEqual([value]);
  });

  it('reads a backslash as an escape where standard_conforming_strings is off', () => {
    const rules: SqlRules = { ...POSTGRES_SQL, backslashes: 'postgres' };
    expect(values(String.raw`'it\'s' b`, rules)).toEqual(["it's", 'b']);
    expect(read(String.raw`$$\$$ '\''`, rules)).toBe(String.raw`s:$$\$$ s:'\''`);
  });
});

describe('on SQLite', () => {
  it.each([
    ["[a b]]+[c'd]", "q:[a b] ] + q:[c'd]"],
    ['a /* one /* two */ still */ b', 'w:a w:still * / w:b'],
    [String.raw`'c\' AND b`, String.raw`s:'c\' w:AND w:b`],
    ["e'a'", "w:e s:'a'"],
    ['U&"a"', 'w:U & q:"a"'],
    ['?1 ? :name @x $y $', 'p:?1 p:? p::name p:@x p:$y $'],
    ['"a" `b` x$y', 'q:"a" q:`b` w:x$y'],
    ["'a'\n'b'", "s:'a' s:'b'"],
    ['[open', 'q:[open'],
  ])('%s', (sql, expected) => {
    expect(read(sql, SQLITE_SQL)).toBe(expected);
  });

  it('gives names without their quotes', () => {
    expect(values('[a b] "c""d" `e``f` [open', SQLITE_SQL)).toEqual(['a b', 'c"d', 'e`f', 'open']);
  });
});

describe('on MySQL', () => {
  it.each([
    [String.raw`'it\'s' AND b`, String.raw`s:'it\'s' w:AND w:b`],
    [String.raw`"it\"s" AND b`, String.raw`s:"it\"s" w:AND w:b`],
    ["a # it's\nb", 'w:a w:b'],
    ["1--1 -- it's", 'n:1 - - n:1'],
    ["--\tit's\na --", 'w:a'],
    ['a /* one /* two */ b', 'w:a w:b'],
    ['/*!50000 DROP */ TABLE /*M!100 a */', 'w:DROP w:TABLE w:a'],
    ["_utf8mb4'a' n'b'", "w:_utf8mb4 s:'a' s:n'b'"],
    ['@a := ?', 'p:@a := p:?'],
    ["'a'\n'b'", "s:'a' s:'b'"],
  ])('%s', (sql, expected) => {
    expect(read(sql, MYSQL_SQL)).toBe(expected);
  });

  it('gives strings without their escapes', () => {
    expect(values(String.raw`'a\'b\\c\n\%\_\x41''' "d""e"`, MYSQL_SQL)).toEqual(["a'b\\c\n\\%\\_x41'", 'd"e']);
  });
});

describe.each(Object.entries(DATABASES))('any text with %s', (_name, rules) => {
  const PIECES =
    `' " \` $ $$ $a$ -- # /* */ /*! \n \\ E U& B [ ] x ä 1 . e - + ; ? : :: @ ( ) ' ' '' "" UESCAPE '!' \t`.split(' ');
  const text = fc.oneof(
    fc.array(fc.constantFrom(' ', ...PIECES)).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary' }),
  );

  it('is the same text when its tokens are joined, and each begins where the last one ends', () => {
    fc.assert(
      fc.property(text, (sql) => {
        const tokens = scan(sql, rules);
        expect(tokens.map(({ text }) => text).join('')).toBe(sql);
        expect(tokens.every(({ start, text }) => text !== '' && sql.startsWith(text, start))).toBe(true);
        for (const { value, keyword } of tokens) expect([typeof value, typeof keyword]).toEqual(['string', 'string']);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a text of 40 MB', () => {
  const MB = 1024 * 1024;
  it.each<[what: string, sql: string]>([
    ['quotes', `'${"''".repeat(20 * MB)}'`],
    ['escapes', `E'${String.raw`\'`.repeat(20 * MB)}'`],
    ['a name in quotes', `"${'""'.repeat(20 * MB)}"`],
    ['a name', 'ä'.repeat(40 * MB)],
    ['a number', '1'.repeat(40 * MB)],
    ['white space', ' '.repeat(40 * MB)],
    ['a comment', `/*${'/**/'.repeat(10 * MB)}*/`],
    ['a comment that is not closed', '/*'.repeat(20 * MB)],
    ['a string that is not closed', `$a$${'$b$'.repeat(13 * MB)}`],
    ['a string that goes on', `'a'${'\n'.repeat(40 * MB)}'b'`],
    ['an escape that does not follow', `U&'a'${' '.repeat(40 * MB)}`],
  ])('of %s is read', (_what, sql) => {
    const tokens = scan(sql, POSTGRES_SQL);
    expect(tokens.length).toBeLessThanOrEqual(2);
    expect(tokens.at(-1)?.end).toBe(sql.length);
  });

  it.each([
    ['quotes', `'${"''".repeat(6 * MB)}'`, "'".repeat(6 * MB)],
    ['escapes', `E'${String.raw`\'`.repeat(6 * MB)}'`, "'".repeat(6 * MB)],
    ['bytes', `E'${String.raw`\x41`.repeat(3 * MB)}'`, 'A'.repeat(3 * MB)],
    ['parts', "'a'\n".repeat(3 * MB), 'a'.repeat(3 * MB)],
    ['a name', `"${'""'.repeat(6 * MB)}"`, '"'.repeat(6 * MB)],
  ])('of 12 MB of %s has a value', (_what, sql, value) => {
    expect(scan(sql, POSTGRES_SQL)[0]?.value === value).toBe(true);
  });

  it.each([
    ['strings', "'a' "],
    ['strings that may go on', "'a'\n-- '\n-"],
    ['names that may go on', `U&"a" uescap `],
    ['beginnings of comments', '/ * - '],
    ['dollars', '$a $1 $'],
    ['numbers', '1e 1.e+ '],
  ])('of many %s is read, each once', (_what, piece) => {
    const sql = piece.repeat(Math.ceil(MB / piece.length));
    expect(scan(sql, POSTGRES_SQL).at(-1)?.end).toBe(sql.length);
  });
});
