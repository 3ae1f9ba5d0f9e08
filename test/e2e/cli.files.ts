import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** Writes the files of an application: text as it is, anything else as JSON. */
export function write(root: string, files: Readonly<Record<string, string | object>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** Compiles the sources of a folder, as `tsc` with `--outDir` does. Types are not checked, and aliases stay. */
export function compile(sources: string, outDir: string, module = ts.ModuleKind.CommonJS): void {
  for (const path of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || path.endsWith('.d.ts') || path.includes('node_modules')) continue;
    write(outDir, { [path.replace(/ts$/, 'js')]: compiled(readFileSync(join(sources, path), 'utf8'), module) });
  }
}

/** What `tsc` makes of one source. */
export function compiled(source: string, module = ts.ModuleKind.CommonJS): string {
  const compilerOptions = {
    module,
    target: ts.ScriptTarget.ES2022,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    useDefineForClassFields: false,
  };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}

/** Makes everything in a folder look as if it had been written some seconds later than now, or earlier. */
export function shiftTimes(path: string, seconds: number): void {
  const time = new Date(Date.now() + seconds * 1_000);
  utimesSync(path, time, time);
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), time, time);
  }
}

/** An entity with a name and columns. */
export function entity(name: string, ...columns: readonly string[]): string {
  return `
    import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
    @Entity()
    export class ${name} {
      @PrimaryGeneratedColumn() id: number;
      ${columns.map((column) => `@Column() ${column}: string;`).join('\n')}
    }`;
}

/** A root module with one SQLite data source. `entities` is source text: `[User]`, `['dist/**\/*.js']`. */
export function rootModule(entities: string, imports = '', name = 'AppModule'): string {
  return `
    import { Module } from '@nestjs/common';
    import { TypeOrmModule } from '@nestjs/typeorm';
    import { MigrateModule } from 'nestjs-migrate';
    ${imports}
    @Module({
      imports: [
        TypeOrmModule.forRoot({ type: 'better-sqlite3', database: 'app.sqlite', entities: ${entities} }),
        MigrateModule.forRoot(),
      ],
    })
    export class ${name} {}`;
}

/** A tsconfig.json as \`nest new\` makes it, with more options. */
export function tsconfig(options: object = {}, rest: object = {}): object {
  return {
    compilerOptions: {
      module: 'commonjs',
      target: 'ES2023',
      outDir: './dist',
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      ...options,
    },
    ...rest,
  };
}
