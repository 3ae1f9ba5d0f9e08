import Database from 'better-sqlite3';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDirectory } from '../../support/scratch.js';
import type { Application } from './application.js';
import { Command, type RunOptions } from './command.js';
import { Pause } from './pause.js';
import type { Direction, Fault, Mode } from './point.js';
import { runHere } from './service.js';
import { LEDGER, type Snapshot } from './snapshot.js';
import { snapshotOfSqlite } from './snapshot-sqlite.js';
import type { Interrupted, Interruption, Place, Subject } from './subject.js';

const hook = new URL('sqlite-hook.js', import.meta.url).href;

/** The faults that are signals. */
const SIGNALS: Partial<Record<Fault, NodeJS.Signals>> = { kill: 'SIGKILL', signal: 'SIGTERM', pause: 'SIGSTOP' };

/** How long a process is stopped at most, ms: the next run waits for it. */
const PAUSE = 1_500;

/** Files of SQLite, with a rollback journal or a write-ahead log. */
export class SqliteSubject implements Subject {
  readonly faults: readonly Fault[] = ['kill', 'signal', 'pause'];
  readonly name: string;
  readonly title: string;
  private readonly folder = mkdtempSync(join(scratchDirectory(), 'nestjs-migrate-faults-sqlite-'));
  private readonly templates = new Map<Direction, Promise<string>>();

  constructor(
    private readonly application: Application,
    private readonly isWal: boolean,
  ) {
    this.name = isWal ? 'sqlite-wal' : 'sqlite';
    this.title = isWal ? 'SQLite with WAL' : 'SQLite';
  }

  async make(direction: Direction): Promise<Place> {
    const template = this.templates.get(direction) ?? this.makeTemplate(direction);
    this.templates.set(direction, template);
    const folder = mkdtempSync(join(this.folder, 'point-'));
    copyFileSync(await template, join(folder, 'app.sqlite'));
    return new SqlitePlace(this.application, folder, this.isWal);
  }

  async version(): Promise<string> {
    const database = new Database(':memory:');
    const [{ version }] = database.prepare('SELECT sqlite_version() AS version').all() as [{ version: string }];
    database.close();
    return `SQLite ${version}`;
  }

  async close(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async makeTemplate(direction: Direction): Promise<string> {
    const place = new SqlitePlace(this.application, mkdtempSync(join(this.folder, 'template-')), this.isWal);
    const database = new Database(place.file);
    database.exec(LEDGER);
    database.close();
    if (direction === 'down') await runHere('up', place.options('one'));
    return place.file;
  }
}

class SqlitePlace implements Place {
  readonly file: string;

  constructor(
    private readonly application: Application,
    private readonly folder: string,
    private readonly isWal: boolean,
  ) {
    this.file = join(folder, 'app.sqlite');
  }

  options(mode: Mode): RunOptions {
    return {
      dataSource: { type: 'better-sqlite3', database: this.file, enableWAL: this.isWal },
      migrate: {
        directory: this.application.directory,
        transactionPerMigration: mode === 'each',
        runnerTimeout: 30_000,
      },
    };
  }

  async snapshot(): Promise<Snapshot> {
    return snapshotOfSqlite(this.file);
  }

  async run(direction: Direction, mode: Mode, stop?: Interruption): Promise<Interrupted> {
    const log = join(this.folder, 'statements.jsonl');
    const command = new Command(this.application, direction, this.options(mode), {
      NODE_OPTIONS: `--import=${hook}`,
      FAULTS_LOG: log,
      FAULTS_STOP: stop === undefined ? '' : `${stop.message}.${stop.side}`,
      FAULTS_SIGNAL: SIGNALS[stop?.fault ?? 'kill'] ?? 'SIGKILL',
    });
    let pause: Pause | undefined;
    if (stop?.fault === 'pause' && (await command.isStopped())) {
      pause = new Pause(command, direction, this.options(mode), PAUSE);
    }
    const outcome = await command.ended;
    const beside = await pause?.beside;
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    return {
      outcome,
      messages: lines.map((line) => JSON.parse(line) as string),
      isReached: stop !== undefined && lines.length >= stop.message,
      ...(beside && { beside }),
      // The system frees the locks of a process that is gone.
      lockedMs: 0,
    };
  }

  async drop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
