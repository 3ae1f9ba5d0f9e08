import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Findings, withPoints, withRaces } from './document.js';
import { optionsOf } from './options.js';
import { FAULTS, pointOf } from './point.js';
import type { Subject } from './subject.js';

const subject = (name: string, title: string, faults: Subject['faults'] = FAULTS): Subject =>
  ({ name, title, faults }) as Subject;
const postgres = subject('postgres', 'PostgreSQL');
const sqlite = subject('sqlite', 'SQLite', ['kill', 'signal', 'pause']);

const findings = (subjects: readonly Subject[], points: Readonly<Record<string, string>>): Findings => ({
  subjects,
  verdicts: Object.entries(points).map(([name, wrong]) => ({
    point: pointOf(name),
    sql: 'SELECT 1 | 2',
    isReached: true,
    wrong: wrong === '' ? [] : [wrong],
    report: '',
    lockedMs: 0,
  })),
  races: [],
  points: 1_000,
  seconds: 60,
});

const empty = '<!-- faults -->\n<!-- end of faults -->\n\nbehind\n\n<!-- races -->\n<!-- end of races -->\n';

describe('what the fault driver writes into docs/reliability.md', () => {
  const first = withPoints(
    empty,
    findings([postgres, sqlite], {
      'postgres/kill/one/up/1.after': '',
      'postgres/cut/one/up/1.after': 'the lock is held',
      'sqlite/kill/one/up/1.after': 'a row is lost',
    }),
    'by the first run.',
  );

  it('has the rows of each database, what was wrong, and where they are from', () => {
    expect(first).toContain('1 of 3 points are right.');
    expect(first).toContain('| PostgreSQL | one | up | 1/1 |  | 0/1 |  |  |  |  |');
    expect(first).toContain('| SQLite | one | up | 0/1 | – | – | – |  |  | – |');
    expect(first).toContain('- PostgreSQL; SQLite: of 1000 points that there are, in 1 minutes. by the first run.');
    expect(first).toContain('- `postgres/cut/one/up/1.after` (`SELECT 1 \\| 2`): the lock is held');
    expect(first).toMatch(/\nbehind\n/);
  });

  it('keeps the rows of those that are not tried again, and replaces the others', () => {
    const second = withPoints(
      first,
      findings([postgres, subject('mysql', 'MariaDB')], {
        'postgres/kill/one/up/2.after': '',
        'mysql/kill/each/down/1.after': '',
      }),
      'by the second run.',
    );
    expect(second).toContain('2 of 3 points are right.');
    expect(second.match(/^\| (\w+) \| one \| up/gm)).toEqual(
      ['PostgreSQL', 'SQLite', 'MariaDB'].map((title) => `| ${title} | one | up`),
    );
    expect(second).toContain('| PostgreSQL | one | up | 1/1 |  |  |  |  |  |  |');
    expect(second).toContain('- SQLite: of 1000 points that there are, in 1 minutes. by the first run.');
    expect(second).toContain('- PostgreSQL; MariaDB: of 1000 points that there are, in 1 minutes. by the second run.');
    expect(second).not.toContain('the lock is held');
    expect(second).toContain('a row is lost');
  });

  it('keeps the races of others likewise', () => {
    const one = withRaces(first, [{ title: 'PostgreSQL', rounds: 50, wrong: [] }], 'first.');
    const both = withRaces(one, [{ title: 'SQLite', rounds: 9, wrong: ['round 1: a', 'round 1: b'] }], 'second.');
    expect(both).toContain('| PostgreSQL | 50 | 50 |\n| SQLite | 9 | 8 |\n\n- PostgreSQL: first.\n- SQLite: second.');
    expect(withRaces(both, [{ title: 'PostgreSQL', rounds: 1, wrong: [] }], 'third.')).toContain(
      '| PostgreSQL | 1 | 1 |\n| SQLite | 9 | 8 |\n\n- SQLite: second.\n- PostgreSQL: third.',
    );
  });

  it('is what the file has, where nothing is tried again', () => {
    const text = readFileSync(join(__dirname, '../../../docs/reliability.md'), 'utf8');
    expect(withPoints(text, findings([], {}), '')).toBe(text);
    expect(withRaces(text, [], '')).toBe(text);
  });

  it('is refused for a part of the rows', () => {
    expect(() => optionsOf(['--write', '--faults', 'kill'])).toThrow('whole rows');
    expect(() => optionsOf(['--write', '--point', 'postgres/kill/one/up/1.after'])).toThrow('whole rows');
    expect(optionsOf(['--write', '--only', 'postgres'])).toMatchObject({ write: true });
  });
});
