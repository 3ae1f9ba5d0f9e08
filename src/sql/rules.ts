/** Which escapes a backslash begins: those of C, as PostgreSQL reads them, or those of MySQL. */
export type Backslashes = 'postgres' | 'mysql';

/** What the letters before a quote mean: `E'\n'`, `U&'\0061'`, `X'1F'` and `B'1'`, `N'text'`. */
export type Prefix = Backslashes | 'unicode' | 'binary' | 'plain';

/** The lexical rules of one database's SQL. What all databases share is in the scanner. */
export interface SqlRules {
  /** A block comment may contain others. */
  readonly nestedComments: boolean;
  /** `#` begins a comment. */
  readonly hashComments: boolean;
  /** `--` begins a comment only before white space, or at the end: `1--1` is 2. */
  readonly dashesNeedSpace: boolean;
  /** A block comment that begins with `/*!` or `/*M!` has code in it. */
  readonly executableComments: boolean;
  /** What begins a string. */
  readonly stringQuotes: string;
  /** What begins a quoted name; `[` ends with `]`. */
  readonly nameQuotes: string;
  /** What begins a parameter: `?`, `?1`, `$1`, `:name`. */
  readonly parameterMarks: string;
  /** What a backslash escapes in a string without a prefix; undefined where it is a character like any other. */
  readonly backslashes: Backslashes | undefined;
  /** Prefixes of strings, by their letters in lower case, without the quote. `u&` may precede names too. */
  readonly prefixes: Readonly<Record<string, Prefix>>;
  /** A string continues after a line break: `'a'` and `'b'` on the next line are `'ab'`. */
  readonly continuedStrings: boolean;
  /** `$$ … $$`, `$tag$ … $tag$` are strings. */
  readonly dollarQuotes: boolean;
  /** Names before a dot that mean the database itself, in small letters: `main` of SQLite. */
  readonly ownSchemas?: readonly string[];
  /** An unquoted name is in small letters in the catalog. */
  readonly foldsNames: boolean;
  /** What the database prints between a value and the name of the enum type that it is cast to. */
  readonly enumCast: '::' | undefined;
}

/** PostgreSQL with `standard_conforming_strings` on, the default since 9.1; where it is off, `backslashes` is `'postgres'`. */
export const POSTGRES_SQL: SqlRules = {
  nestedComments: true,
  hashComments: false,
  dashesNeedSpace: false,
  executableComments: false,
  stringQuotes: `'`,
  nameQuotes: '"',
  parameterMarks: '$',
  backslashes: undefined,
  prefixes: { e: 'postgres', b: 'binary', x: 'binary', n: 'plain', 'u&': 'unicode' },
  continuedStrings: true,
  dollarQuotes: true,
  foldsNames: true,
  enumCast: '::',
};

/** SQLite, which accepts names in its own quotes, in MySQL's and in SQL Server's. */
export const SQLITE_SQL: SqlRules = {
  nestedComments: false,
  hashComments: false,
  dashesNeedSpace: false,
  executableComments: false,
  stringQuotes: `'`,
  nameQuotes: '"`[',
  parameterMarks: '?:@$',
  backslashes: undefined,
  prefixes: { x: 'binary' },
  continuedStrings: false,
  dollarQuotes: false,
  ownSchemas: ['main', 'temp'],
  foldsNames: false,
  enumCast: undefined,
};

/** MySQL and MariaDB in their default modes; with `ANSI_QUOTES` double quotes would be around names. */
export const MYSQL_SQL: SqlRules = {
  nestedComments: false,
  hashComments: true,
  dashesNeedSpace: true,
  executableComments: true,
  stringQuotes: `'"`,
  nameQuotes: '`',
  parameterMarks: '?@',
  backslashes: 'mysql',
  prefixes: { b: 'binary', x: 'binary', n: 'mysql' },
  continuedStrings: false,
  dollarQuotes: false,
  foldsNames: false,
  enumCast: undefined,
};

/** Rules for SQL of an unknown database: what PostgreSQL and SQLite read alike, and what one of them reads and the other rejects. */
export const ANY_SQL: SqlRules = { ...POSTGRES_SQL, nameQuotes: '"`', parameterMarks: '$?' };
