import { dirname, resolve } from 'node:path';
import { javascriptFile } from './build-layout.js';
import { isMinified, readBundledModule } from './bundle.js';
import type { ImportedValue } from './import-clauses.js';
import { readTextFile } from './json-file.js';
import { type BootCall, MainFile } from './main-file.js';
import type { Value } from './name-reader.js';
import { isFile, type SourceResolver } from './source-resolver.js';

/** The root module that a file which starts an application passes on. */
export type EntryReading = ModuleOfEntry | UnreadableEntry;

/** The module that the application is started with. */
export interface ModuleOfEntry {
  readonly kind: 'module';
  /** The file to load it from, which does not start the application. */
  readonly file: string;
  readonly exportName: string;
  readonly call?: ImportedValue['call'];
  /** The file is a bundle that holds the module, and would start the application: it is loaded up to there. */
  readonly bundleId?: string;
  /** The file with the call, and its line. */
  readonly place: string;
}

/** A call that starts the application, whose text does not show which module it starts. */
export interface UnreadableEntry {
  readonly kind: 'unreadable';
  readonly place: string;
  readonly reason: string;
}

interface Visit {
  readonly file: string;
  readonly main: MainFile;
  /** Whose import led here. */
  readonly from?: { readonly visit: Visit; readonly specifier: string };
}

/** Starting an application takes a file or two: main.ts, and perhaps what it has of bootstrap.ts. */
const mostSteps = 4;

/** Reads files that start applications. They are never run: that would start the application. */
export class EntryReader {
  constructor(private readonly resolveSource: SourceResolver) {}

  /**
   * The module that a file passes to `NestFactory.create…`, or that a file it imports passes on its behalf.
   *
   * @param exportName the module that the user asked for, of those that the file has or imports
   * @returns undefined when the file starts nothing: then it may be loaded
   */
  read(file: string, exportName?: string): EntryReading | undefined {
    const first = visitOf(file);
    if (first === undefined) return undefined;
    const found = this.findCall(first);
    if (found === undefined) return this.withoutCall(first);
    const { visit, call } = found;
    const bundled = readBundledModule(readTextFile(visit.file) ?? '');
    if (bundled !== undefined && (exportName ?? bundled.exportName) === bundled.exportName) {
      return { kind: 'module', file: visit.file, ...bundled, place: `${visit.file}:${call.line}` };
    }
    const passed = exportName === undefined ? this.passedTo(visit, call) : undefined;
    if (exportName !== undefined) return this.named(first, exportName, found);
    const place = `${visit.file}:${call.line}`;
    if (passed?.value.kind === 'import') return this.imported(passed.value, passed.visit, place, call);
    if (passed !== undefined) return ownClass(passed.value.name, passed.visit, place, found);
    return unreadable(visit.file, place, `what ${call.text} starts is known only when it runs`);
  }

  /** A file that only imports another, and exports nothing, would start whatever it starts if it were loaded. */
  private withoutCall(first: Visit): EntryReading | undefined {
    if (first.main.declaresModule || first.main.hasExports || first.main.dependencies.length === 0) return undefined;
    return {
      kind: 'unreadable',
      place: first.file,
      reason: 'it exports no module, and neither it nor what it imports calls NestFactory.create…()',
    };
  }

  private findCall(first: Visit): { visit: Visit; call: BootCall } | undefined {
    const seen = new Set([first.file]);
    let visits: readonly Visit[] = [first];
    for (let step = 0; step < mostSteps && visits.length > 0; step++) {
      for (const visit of visits) {
        const call = visit.main.bootCall;
        if (call !== undefined && isMeant(visit, call)) return { visit, call };
      }
      visits = visits.flatMap((visit) => this.next(visit, seen));
    }
    return undefined;
  }

  /** The files that one imports. What is behind a module belongs to the application, and starts nothing. */
  private next(visit: Visit, seen: Set<string>): readonly Visit[] {
    if (visit.main.declaresModule && visit.from !== undefined) return [];
    return visit.main.dependencies.flatMap((specifier) => {
      const file = this.resolve(specifier, visit.file);
      if (file === undefined || seen.has(file)) return [];
      seen.add(file);
      return visitOf(file, { visit, specifier }) ?? [];
    });
  }

  /** What the call is given: by the file that has it, or by one that calls the function around it. */
  private passedTo(visit: Visit, call: BootCall): { value: ImportedValue | Own; visit: Visit } | undefined {
    let value: Value = call.passed;
    let at = visit;
    while (value?.kind === 'parameter' && value.of.name !== undefined && at.from !== undefined) {
      const { visit: caller, specifier } = at.from;
      value = caller.main.argumentOf(caller.main.localName(specifier, value.of.name), value.position);
      at = caller;
    }
    return value === undefined || value.kind === 'parameter' ? undefined : { value, visit: at };
  }

  private imported(value: ImportedValue, visit: Visit, place: string, call: BootCall): EntryReading {
    const file = this.resolve(value.specifier, visit.file);
    if (value.exportName === '*' || file === undefined || file === visit.file) {
      return {
        kind: 'unreadable',
        place,
        reason: `${call.text} takes it from '${value.specifier}', which is no file here`,
      };
    }
    if (value.call?.hasArguments === true && value.call.member === undefined) {
      return { kind: 'unreadable', place, reason: `what ${call.text} starts is known only when it runs` };
    }
    // The file may itself be one that starts something, and only pass the module on.
    const behind = new MainFile(readTextFile(file) ?? '').named(value.exportName);
    if (behind?.kind === 'import' && behind.exportName !== '*') {
      const further = this.resolve(behind.specifier, file);
      if (further !== undefined && value.call === undefined) {
        return { kind: 'module', file: further, exportName: behind.exportName, place };
      }
    }
    const { exportName, call: made } = value;
    return { kind: 'module', file, exportName, ...(made === undefined ? {} : { call: made }), place };
  }

  /** The module that the user names, of a file that also starts the application. */
  private named(first: Visit, exportName: string, found: { visit: Visit; call: BootCall }): EntryReading | undefined {
    const place = `${found.visit.file}:${found.call.line}`;
    const value = first.main.named(exportName);
    if (value?.kind === 'import') return this.imported(value, first, place, found.call);
    if (value?.kind === 'class') return ownClass(value.name, first, place, found);
    if (!found.call.runsOnLoad) return undefined;
    return { kind: 'unreadable', place, reason: `${first.file} neither declares nor imports ${exportName}` };
  }

  private resolve(specifier: string, from: string): string | undefined {
    const source = this.resolveSource(specifier, from);
    if (source !== undefined || !specifier.startsWith('.')) return source;
    const path = resolve(dirname(from), specifier);
    return javascriptFile(path) ?? javascriptFile(resolve(path, 'index'));
  }
}

interface Own {
  readonly kind: 'class';
  readonly name: string;
}

/** A file that has a module is left only by a call: it may import much that has to do with starting, as tests do. */
function isMeant({ from }: Visit, { within }: BootCall): boolean {
  if (from?.visit.main.declaresModule !== true) return true;
  return within !== undefined && from.visit.main.callsOnLoad(from.specifier, within);
}

/** A module in a file that starts the application: loading it must not start it. */
function ownClass(name: string, visit: Visit, place: string, found: { visit: Visit; call: BootCall }): EntryReading {
  if (!found.call.runsOnLoad && found.visit === visit)
    return { kind: 'module', file: visit.file, exportName: name, place };
  return unreadable(visit.file, place, `${name} is in ${visit.file} itself, and loading the file would start it`);
}

/** What was compiled is most often a bundle then, since other compilers leave the module in a file of its own. */
function unreadable(file: string, place: string, reason: string): UnreadableEntry {
  if (!/\.[cm]?js$/.test(file)) return { kind: 'unreadable', place, reason };
  if (isMinified(readTextFile(file) ?? '')) {
    const cause = 'the file is minified, so that it does not show which of its parts is the root module';
    const wayOut = `Build it without (webpack and rspack: optimization: { minimize: false }), or ${SECOND_FILE}`;
    return { kind: 'unreadable', place, reason: `${cause}. ${wayOut}` };
  }
  return { kind: 'unreadable', place, reason: `${reason}. If it is a bundle, ${SECOND_FILE}` };
}

const SECOND_FILE =
  'let the bundler write the root module as a second file and name that one ("Bundles" in docs/guide/running.md)';

function visitOf(file: string, from?: Visit['from']): Visit | undefined {
  const text = isFile(file) ? readTextFile(file) : undefined;
  if (text === undefined) return undefined;
  return { file, main: new MainFile(text), ...(from === undefined ? {} : { from }) };
}
