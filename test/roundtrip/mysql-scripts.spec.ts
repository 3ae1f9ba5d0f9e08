import { spawnSync } from 'node:child_process';
import { DataSource } from 'typeorm';
import type { RevisionFunction } from '../../src/operations/operations.interface.js';
import { run, writeScript } from '../../src/runtime/index.js';
import { TestHistory, type TestRevision } from '../faults/history.js';
import { printedTables } from '../changes/dump.js';
import { describeOnMysql, MysqlDatabase } from '../support/mysql-database.js';
import { mysqlClientPath } from '../support/mysql-server.js';

const client = mysqlClientPath();

const texts = [
  "it's",
  '\\',
  "\\'",
  'a;b',
  'delimiter //\nDELIMITER $$\nselect 1;',
  '\r\n\r',
  '\t\u001a\0',
  'é 😀',
  '-- comment\n# x\n/* y */',
  '\\g \\G\n\\! ls\n\\q\n',
  'source /etc/passwd\nquit\n\\. x',
  '`tick` "double" :name ? $1 %s',
  '',
];
const values = {
  at: new Date('2026-01-02T03:04:05.678Z'),
  bytes: Buffer.from([0, 1, 39, 92, 255, 26, 10]),
  json: { text: "it's \\ \n 😀", list: [1, 'x'] },
  big: 9007199254740993n,
  yes: true,
};

const rows: RevisionFunction = async (op) => {
  await op.createTable({
    name: 'hostile',
    comment: texts[4],
    columns: [
      { name: 'id', type: 'int', isPrimary: true },
      { name: "na;me'`", type: 'text', isNullable: true, comment: `${texts[9]} é` },
      { name: 'label', type: 'varchar', length: '200', default: "'it''s \\\\; é'" },
      { name: 'at', type: 'datetime', precision: 6, isNullable: true },
      { name: 'bytes', type: 'blob', isNullable: true },
      { name: 'json', type: 'json', isNullable: true },
      { name: 'big', type: 'bigint', isNullable: true },
      { name: 'yes', type: 'boolean', isNullable: true },
    ],
  });
  await op.bulkInsert(
    'hostile',
    texts.map((text, id) => ({ id, "na;me'`": text, ...values })),
  );
  const columns = 'id, label, at, bytes, json, big, yes';
  const { at, bytes, json, big, yes } = values;
  await op.execute(`INSERT INTO hostile (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`, [
    100,
    texts[4],
    at,
    bytes,
    JSON.stringify(json),
    big,
    yes,
  ]);
  await op.execute(`UPDATE hostile SET label = 'semi;\\' colon' WHERE id = 100 -- it's; done`);
};

const programs: TestRevision = {
  async upgrade(op) {
    await op.execute(`CREATE TRIGGER fill BEFORE INSERT ON hostile FOR EACH ROW BEGIN
  -- it's $$
  IF NEW.label = 'a;b' THEN SET NEW.label = 'filled;'; END IF;
END`);
    await op.execute('CREATE PROCEDURE twice(IN x int) BEGIN DECLARE y int; SET y = x * 2; SELECT y AS value; END;');
    await op.execute(`INSERT INTO hostile (id, label) VALUES (200, 'a;b')`);
  },
  async downgrade(op) {
    await op.execute('DROP PROCEDURE twice');
    await op.execute('DROP TRIGGER fill');
    await op.execute('DELETE FROM hostile WHERE id = 200');
  },
};

const history = new TestHistory({
  a1: { upgrade: rows, downgrade: (op) => op.dropTable('hostile') },
  b2: programs,
  c3: {
    async upgrade(op) {
      await op.addColumn('hostile', { name: 'later', type: 'int', default: 7 });
      await op.addColumn('hostile', { name: "it's", type: 'varchar', length: '9', default: "'2'" });
      await op.alterColumn('hostile', "it's", { type: 'enum', enum: ["'", '2'], default: "'2'" });
      await op.renameLabel('hostile', "it's", '2', "a;b'");
    },
    async downgrade(op) {
      await op.dropColumn('hostile', "it's");
      await op.dropColumn('hostile', 'later');
    },
  },
});

(client === undefined ? describe.skip : describeOnMysql)("Scripts in MySQL's own client", () => {
  let ran: MysqlDatabase;
  let scripted: MysqlDatabase;
  beforeAll(async () => {
    [ran, scripted] = await Promise.all([MysqlDatabase.create(), MysqlDatabase.create()]);
  });
  afterAll(() => Promise.all([ran.drop(), scripted.drop()]));

  /** Pipes a script into the client, in a locale whose character set is not that of the script. */
  function pipe(sql: string): void {
    const { hostname, port, username, password, pathname } = new URL(scripted.url);
    const options = [`--host=${hostname}`, `--port=${port}`, `--user=${username}`, `--password=${password}`];
    const { status, stderr } = spawnSync(client!, ['--no-defaults', '--comments', ...options, pathname.slice(1)], {
      input: sql,
      env: { ...process.env, LC_ALL: 'C' },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  }

  async function script(from: readonly string[], plan: ReturnType<TestHistory['upgrade']>): Promise<void> {
    const { sql = '' } = await writeScript(history.script(scripted.dataSource, { startRows: from, plan }));
    expect(sql.includes('DELIMITER $$$')).toBe(
      plan.some(({ kind, revision }) => kind === 'upgrade' && revision?.id === 'b2'),
    );
    pipe(sql);
  }

  async function contents(dataSource: DataSource): Promise<unknown> {
    const { hostile, ...others } = await printedTables(dataSource);
    return {
      tables: { hostile, ...others },
      rows: hostile === undefined ? [] : await dataSource.query('SELECT * FROM hostile ORDER BY id'),
      triggers: (await dataSource.query('SHOW TRIGGERS')).map(({ Statement }: { Statement: string }) => Statement),
      position: await dataSource.query('SELECT * FROM migrate_version'),
    };
  }

  async function expectTheSame(): Promise<void> {
    expect(await contents(scripted.dataSource)).toEqual(await contents(ran.dataSource));
  }

  it('do what a run does, up and down, in ranges, with hostile values, triggers and routines', async () => {
    await run(history.request(ran.dataSource));
    await script([], history.upgrade([], 'b2'));
    await script(['b2'], history.upgrade(['b2']));
    await expectTheSame();
    const [kept] = (await ran.rows('SELECT * FROM hostile WHERE id = 7')) as [Record<string, unknown>];
    expect(kept["na;me'`"]).toBe('é 😀');
    expect(await scripted.rows('CALL twice(4)')).toMatchObject([[{ value: expect.anything() }], expect.anything()]);

    await run(history.request(ran.dataSource, { plan: (at) => history.downgrade(at, 'a1') }));
    await script(['c3'], history.downgrade(['c3'], 'a1'));
    await expectTheSame();
    await run(history.request(ran.dataSource, { plan: (at) => history.downgrade(at) }));
    await script(['a1'], history.downgrade(['a1']));
    await expectTheSame();
  });
});
