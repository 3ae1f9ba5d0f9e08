import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import {
  type DatabaseCopy,
  type DatabaseTemplates,
  isTemplate,
  KEPT_TEMPLATES,
  type TemplateMaker,
  type TemplatePlace,
} from '../templates.js';

const EXTENSION = '.sqlite';
/** Suffixes of the files of a database: its own, and those that SQLite may create next to it. */
const COMPANIONS = ['', '-journal', '-wal', '-shm'];

/** Templates that this process is creating; concurrent calls wait for the first one. */
const inCreation = new Map<string, Promise<void>>();

/** sql.js has no files that could be copied. */
export const templates: TemplateMaker = {
  drivers: ['better-sqlite3', 'sqlite'],
  of: (options, place) => new SqliteTemplates(options, place),
};

/**
 * Templates as files in one folder.
 *
 * A template appears there complete, by a rename. Processes that find none at the same time may each create it, and the
 * last one wins.
 */
class SqliteTemplates implements DatabaseTemplates {
  constructor(
    private readonly options: DataSourceOptions,
    private readonly place: TemplatePlace,
  ) {}

  async copy(key: string, fill: (options: DataSourceOptions) => Promise<void>): Promise<DatabaseCopy> {
    const template = `${this.place.family}_${key}`;
    await mkdir(this.place.directory, { recursive: true });
    await this.settle(template, fill);
    const file = this.fileOf(`${template}_${randomBytes(4).toString('hex')}`);
    await copyFile(this.fileOf(template), file, constants.COPYFILE_FICLONE);
    return { options: this.optionsOf(file), url: file, drop: () => remove(file) };
  }

  async drop({ templates }: { readonly templates: boolean }): Promise<void> {
    const names = (await this.names()).filter((name) => templates || !isTemplate(name, this.place.family));
    await Promise.all(names.map((name) => remove(this.fileOf(name))));
  }

  private async settle(template: string, fill: (options: DataSourceOptions) => Promise<void>): Promise<void> {
    const file = this.fileOf(template);
    const made = inCreation.get(file);
    if (made !== undefined) return made;
    if (await exists(file)) return;
    const making = this.make(template, fill).finally(() => inCreation.delete(file));
    inCreation.set(file, making);
    await making;
  }

  private async make(template: string, fill: (options: DataSourceOptions) => Promise<void>): Promise<void> {
    const unfinished = this.fileOf(`${template}_new_${process.pid}`);
    try {
      await fill(this.optionsOf(unfinished));
      await rename(unfinished, this.fileOf(template));
    } finally {
      await remove(unfinished);
    }
    await this.prune(template);
  }

  private async prune(newest: string): Promise<void> {
    const templates = (await this.names()).filter((name) => isTemplate(name, this.place.family) && name !== newest);
    const ages = await Promise.all(templates.map(async (name) => ({ name, at: await createdAt(this.fileOf(name)) })));
    const old = ages.sort((left, right) => right.at - left.at).slice(KEPT_TEMPLATES - 1);
    await Promise.all(old.map(({ name }) => remove(this.fileOf(name))));
  }

  private async names(): Promise<readonly string[]> {
    const entries = (await exists(this.place.directory)) ? await readdir(this.place.directory) : [];
    return entries
      .filter((entry) => entry.startsWith(`${this.place.family}_`) && entry.endsWith(EXTENSION))
      .map((entry) => entry.slice(0, -EXTENSION.length));
  }

  private fileOf(name: string): string {
    return join(this.place.directory, `${name}${EXTENSION}`);
  }

  private optionsOf(file: string): DataSourceOptions {
    return { ...this.options, database: file } as DataSourceOptions;
  }
}

async function remove(file: string): Promise<void> {
  await Promise.all(COMPANIONS.map((companion) => rm(`${file}${companion}`, { force: true })));
}

/** A file that another process has removed in between counts as the oldest. */
function createdAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
