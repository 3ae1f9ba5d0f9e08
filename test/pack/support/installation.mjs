import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Application } from './application.mjs';
import { run } from './process.mjs';

/** The tarball and a version of Nest, installed once; the applications of that version are folders in it. */
export class Installation {
  constructor(directory, report) {
    this.directory = directory;
    this.report = report;
  }

  /** @param manifest a package.json with what applications of this version need */
  static make({ root, directory, manifest, tarball, report }) {
    mkdirSync(directory, { recursive: true });
    cpSync(manifest, join(directory, 'package.json'));
    // better-sqlite3 compiles for a minute where no prebuilt binary can be had; the repository's own copy is the same.
    const require = createRequire(join(root, 'package.json'));
    const driver = dirname(require.resolve('better-sqlite3/package.json'));
    const { version } = require('better-sqlite3/package.json');
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { isRight, output } = run(directory, 'npm', ['install', ...options, tarball, `better-sqlite3@${version}`]);
    const name = directory.split('/').at(-1);
    report.check(`${name}: npm install`, isRight, output);
    if (!isRight) throw new Error(`${name} cannot be installed.`);
    cpSync(join(driver, 'build'), join(directory, 'node_modules', 'better-sqlite3', 'build'), { recursive: true });
    return new Installation(directory, report);
  }

  /** Path of a program that is installed here. */
  program(name) {
    return join(this.directory, 'node_modules', '.bin', name);
  }

  /**
   * An application in a folder of its own.
   *
   * @param files contents by path: text, or an object for JSON
   */
  application(name, files = {}) {
    const application = new Application(this, name);
    application.write(files);
    return application;
  }

  /** What `nest new` makes; the packages are those of the installation. */
  applicationOfTemplate(name, files = {}) {
    const made = run(this.directory, this.program('nest'), ['new', name, '--skip-git', '--skip-install', '-p', 'npm']);
    this.report.check(`${name}: nest new`, made.isRight, made.output);
    return this.application(name, files);
  }
}
