import type { QueryRunner } from 'typeorm';

/** What a statement did to objects that were there before it, as the server reports it inside its transaction. */
export interface Rehearsed {
  /** The strongest lock of each object: `table "t" ACCESS EXCLUSIVE`. */
  readonly locks: readonly string[];
  /** `scan "t"`, `rewrite "t"`, `build "t"`. */
  readonly work: readonly string[];
}

const MODES = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
];

/** The server's name of a lock, `ShareRowExclusiveLock`, as SQL has it. */
const modeOf = (mode: string): string =>
  mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();

const KINDS: Readonly<Record<string, string>> = {
  r: 'table',
  p: 'table',
  v: 'view',
  m: 'view',
  S: 'sequence',
  i: 'index',
  I: 'index',
};

interface Relation {
  readonly oid: string;
  readonly name: string;
  readonly kind: string;
  readonly file: string;
  readonly scans: number;
  readonly table: string;
}

const RELATIONS = `
  SELECT c.oid::text, c.relname AS name, c.relkind AS kind, pg_relation_filenode(c.oid)::text AS file,
    coalesce(s.seq_scan, 0)::integer AS scans, coalesce(t.relname, c.relname) AS table
  FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
  LEFT JOIN pg_stat_xact_user_tables s ON s.relid = c.oid
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I')`;
const LOCKS = `SELECT relation::text AS oid, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted`;

/**
 * Runs statements in a transaction that is rolled back, and reads what they locked, scanned and wrote again. It needs no rows: the server
 * counts a scan of an empty table too, and a table that is written again gets another file.
 */
export async function rehearse(runner: QueryRunner, sql: string): Promise<Rehearsed> {
  await runner.query('BEGIN');
  try {
    const before = new Map(((await runner.query(RELATIONS)) as Relation[]).map((each) => [each.oid, each]));
    await runner.query(sql);
    const held = (await runner.query(LOCKS)) as { oid: string; mode: string }[];
    const after = (await runner.query(RELATIONS)) as Relation[];
    return { locks: locksOf(before, held), work: workOf(before, after) };
  } finally {
    await runner.query('ROLLBACK');
  }
}

function locksOf(before: ReadonlyMap<string, Relation>, held: readonly { oid: string; mode: string }[]): string[] {
  const strongest = new Map<string, string>();
  for (const { oid, mode } of held) {
    const relation = before.get(oid);
    if (relation === undefined) continue;
    const key = `${KINDS[relation.kind]} ${relation.name}`;
    const known = strongest.get(key);
    const next = modeOf(mode);
    if (known === undefined || MODES.indexOf(next) > MODES.indexOf(known)) strongest.set(key, next);
  }
  return [...strongest].map(([key, mode]) => `${key} ${mode}`).toSorted();
}

function workOf(before: ReadonlyMap<string, Relation>, after: readonly Relation[]): string[] {
  const work = new Set<string>();
  const files = new Set([...before.values()].map(({ file }) => file));
  const rewritten = new Set(
    after
      .filter(({ oid, kind, file }) => 'rm'.includes(kind) && before.has(oid) && before.get(oid)?.file !== file)
      .map(({ name }) => name),
  );
  for (const relation of after) {
    const old = before.get(relation.oid);
    if (relation.kind === 'i') {
      // A change of a type may give an index another number, and leave it the same file.
      const isBuilt = !files.has(relation.file);
      const isOfOld = [...before.values()].some(({ name }) => name === relation.table);
      if (isBuilt && isOfOld && !rewritten.has(relation.table)) work.add(`build ${relation.table}`);
    } else if (rewritten.has(relation.name)) work.add(`rewrite ${relation.name}`);
    else if (old !== undefined && relation.scans > old.scans) work.add(`scan ${relation.name}`);
  }
  // A build reads the table: the server counts that as a scan where it is one.
  for (const each of work) if (each.startsWith('build ')) work.delete(each.replace('build', 'scan'));
  return [...work].toSorted();
}
