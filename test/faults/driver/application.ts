import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Reads its data source and its options from the environment, so that one folder is enough for all databases. */
const MODULE = `
  import { Module } from '@nestjs/common';
  import { TypeOrmModule } from '@nestjs/typeorm';
  import { MigrateModule } from 'nestjs-migrate';

  const { dataSource, migrate } = JSON.parse(process.env.FAULTS_OPTIONS);
  export class AppModule {}
  Module({ imports: [TypeOrmModule.forRoot(dataSource), MigrateModule.forRoot(migrate)] })(AppModule);
`;

/** An application on disk with one history, in which this package is installed as built. */
export class Application {
  private constructor(
    readonly folder: string,
    /** Absolute path of the built `nest-cmd`. */
    readonly command: string,
  ) {}

  /**
   * @param root of this repository
   * @param history the folder in `test/fixtures/faults`
   */
  static make(root: string, history: string): Application {
    const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-faults-app-'));
    const modules = join(root, 'node_modules');
    mkdirSync(join(folder, 'node_modules'));
    for (const name of readdirSync(modules).filter((entry) => !entry.startsWith('.') && entry !== 'nestjs-migrate')) {
      symlinkSync(join(modules, name), join(folder, 'node_modules', name));
    }
    symlinkSync(root, join(folder, 'node_modules/nestjs-migrate'));
    cpSync(join(root, 'test/fixtures/faults', history), join(folder, 'migrations'), { recursive: true });
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'package.json'), '{ "name": "faults", "private": true, "type": "module" }');
    writeFileSync(join(folder, 'dist/app.module.js'), MODULE);
    return new Application(folder, join(root, 'dist/cli/nest-cmd.js'));
  }

  get directory(): string {
    return join(this.folder, 'migrations');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
