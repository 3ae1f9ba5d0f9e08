import type { ImportedValue } from './import-clauses.js';
import { NameReader, type Value } from './name-reader.js';
import { type FunctionText, SourceText } from './source-text.js';

/** A call that starts an application, as a file's text has it. */
export interface BootCall {
  readonly line: number;
  /** The call up to its first argument: `NestFactory.create(AppModule)`. */
  readonly text: string;
  /** What it is given as the root module; undefined when the text does not show it. */
  readonly passed: Value;
  /** Loading the file makes the call: it is not in a function that nobody calls, or behind `require.main === module`. */
  readonly runsOnLoad: boolean;
  /** The outermost function around the call, by its name. */
  readonly within?: string;
}

const factories = ['NestFactory', 'CommandFactory'];
/** The methods of both factories that take a root module; of several calls the first kind here is the application. */
const methods = [
  'create',
  'createMicroservice',
  'createApplicationContext',
  'run',
  'runWithoutClosing',
  'createWithoutRunning',
];

interface FoundCall {
  readonly start: number;
  readonly open: number;
  readonly method: string;
}

/** Reads what a file that starts an application passes to `NestFactory.create…`, as text: running it would start it. */
export class MainFile {
  private readonly text: SourceText;
  private readonly names: NameReader;

  constructor(source: string) {
    this.text = new SourceText(source);
    this.names = new NameReader(this.text);
  }

  /** The call that starts the application: one whose argument can be read rather than one whose cannot. */
  get bootCall(): BootCall | undefined {
    const found = this.calls().toSorted((left, right) => methods.indexOf(left.method) - methods.indexOf(right.method));
    const calls = found.map(({ start, open }) => this.describe(start, open));
    return calls.find(({ passed }) => passed !== undefined) ?? calls[0];
  }

  /** Whether the file has a class with `@Module()`, as source or compiled: it is no file that only starts something. */
  get declaresModule(): boolean {
    const { text } = this;
    const decorates = (index: number): boolean =>
      text.at(index + 1) === '(' || (text.at(index + 1) === ')' && text.at(index + 2) === '(');
    return ['@Module', 'Module'].some((word) => [...text.indicesOf(word)].some(decorates));
  }

  get hasExports(): boolean {
    return ['export', 'exports'].some((word) => [...this.text.indicesOf(word)].length > 0);
  }

  /** Specifiers of what the file imports, re-exports, or requires, types left out. */
  get dependencies(): readonly string[] {
    const { text } = this;
    const found = new Set<string>();
    for (let index = 0; index < text.tokens.length; index++) {
      const specifier = text.stringAt(index);
      if (specifier === undefined) continue;
      const before = text.at(index - 1);
      const isLoaded = before === '(' && ['require', 'import'].includes(text.at(index - 2));
      if (isLoaded || before === 'from' || before === 'import') found.add(specifier);
    }
    return [...found];
  }

  /** Whether loading the file calls a function that it imports, by the name that the other file has for it. */
  callsOnLoad(specifier: string, exportName: string): boolean {
    const { text } = this;
    const name = this.localName(specifier, exportName);
    return [...text.indicesOf(name)].some(
      (index) => text.at(text.afterTypeArguments(index + 1)) === '(' && this.runsOnLoad(index, new Set()),
    );
  }

  /** What an export, or whatever else has this name at the top of the file, is. */
  named(name: string): Value {
    return this.reExport(name) ?? this.names.lookup(name, 0) ?? this.names.memberOfImport(name);
  }

  /** What a function gets where this file calls it; by the name that the file has for it. */
  argumentOf(name: string, position: number): Value {
    for (const index of this.text.indicesOf(name)) {
      const open = this.text.afterTypeArguments(index + 1);
      if (this.text.at(open) !== '(' || this.text.at(index - 1) === 'function') continue;
      const start = this.text.argumentsOf(open)[position];
      const value = start === undefined ? undefined : this.names.valueAt(start);
      if (value !== undefined && value.kind !== 'parameter') return value;
    }
    return undefined;
  }

  /** The name that this file has for an export of another; the export's own where it is a member of a namespace. */
  localName(specifier: string, exportName: string): string {
    return this.names.localName(specifier, exportName) ?? exportName;
  }

  private reExport(name: string): ImportedValue | undefined {
    const { text } = this;
    for (const index of text.indicesOf('export')) {
      const open = text.at(index + 1) === '{' ? index + 1 : -1;
      const specifier = open < 0 ? undefined : text.stringAt(text.partner(open) + 2);
      if (specifier === undefined || text.at(text.partner(open) + 1) !== 'from') continue;
      for (const entry of text.argumentsOf(open)) {
        const exported = text.at(entry + 1) === 'as' ? text.at(entry + 2) : text.at(entry);
        if (exported === name) return { kind: 'import', specifier, exportName: text.at(entry) };
      }
    }
    return undefined;
  }

  private describe(start: number, open: number): BootCall {
    const [first] = this.text.argumentsOf(open);
    const value = first === undefined ? undefined : this.names.valueAt(first);
    const passed = value?.kind === 'parameter' ? (this.argumentHere(value.of, value.position) ?? value) : value;
    const within = this.text.functionsAround(start).at(-1)?.name;
    return {
      line: this.text.lineOf(start),
      text: this.text.excerpt(start, this.text.argumentsOf(open)[1] ?? this.text.partner(open)).replace(/,$/, '') + ')',
      passed,
      runsOnLoad: this.runsOnLoad(start, new Set()),
      ...(within === undefined ? {} : { within }),
    };
  }

  private argumentHere(fn: FunctionText, position: number): Value {
    return fn.name === undefined ? undefined : this.argumentOf(fn.name, position);
  }

  private calls(): readonly FoundCall[] {
    const { text } = this;
    const found: FoundCall[] = [];
    const named = new Map<string, string>();
    for (const index of this.factoryPlaces()) {
      if (text.at(index - 1) === '=' && text.at(index - 2) === '}') {
        // `const { create } = NestFactory`
        for (const start of text.argumentsOf(text.partner(index - 2))) {
          named.set(text.at(text.at(start + 1) === ':' ? start + 2 : start), text.at(start));
        }
      }
      const dot = text.at(index + 1) === '?' ? index + 2 : index + 1;
      const isMember = text.at(dot) === '.' || text.at(dot) === '[';
      const method = text.at(dot) === '.' ? text.at(dot + 1) : (text.stringAt(dot + 1) ?? '');
      if (!isMember || !methods.includes(method)) continue;
      const open = text.afterTypeArguments(text.at(dot) === '.' ? dot + 2 : dot + 3);
      if (text.at(open) === '(') found.push({ start: text.at(index - 1) === '.' ? index - 2 : index, open, method });
      // `const create = NestFactory.create.bind(NestFactory)`
      else if (text.at(index - 1) === '=' && text.isWord(index - 2)) named.set(text.at(index - 2), method);
    }
    for (const [name, method] of named) {
      if (!methods.includes(method)) continue;
      for (const index of text.indicesOf(name)) {
        const open = text.afterTypeArguments(index + 1);
        if (text.at(open) === '(' && text.at(index - 1) !== '.') found.push({ start: index, open, method });
      }
    }
    return found;
  }

  /** Where a factory is named, by its own name or by one that the file gives it. */
  private factoryPlaces(): readonly number[] {
    const aliases = factories.flatMap((factory) => [factory, ...this.names.namesFor(factory)]);
    return [...new Set(aliases)]
      .flatMap((name) => [...this.text.indicesOf(name)])
      .toSorted((left, right) => left - right);
  }

  private runsOnLoad(index: number, seen: ReadonlySet<FunctionText>): boolean {
    const { text } = this;
    if (this.isGuarded(index)) return false;
    const [around] = text.functionsAround(index);
    if (around === undefined) return true;
    if (seen.has(around)) return false;
    const entered = new Set(seen).add(around);
    // A function without a name is called, or handed to something that calls it, where it is written.
    if (around.name === undefined) return this.runsOnLoad(around.start, entered);
    for (const use of text.indicesOf(around.name)) {
      const isCall = text.at(text.afterTypeArguments(use + 1)) === '(' && text.at(use - 1) !== 'function';
      const isPassedOn = [')', ','].includes(text.at(use + 1)) && ['(', ','].includes(text.at(use - 1));
      const isDeclared = text.at(text.partner(use + 1) + 1) === '{' || use + 1 === around.start;
      if ((isCall && !isDeclared) || isPassedOn) {
        if ((use < around.start || use > around.end) && this.runsOnLoad(use, entered)) return true;
      }
    }
    return false;
  }

  /** Behind `if (require.main === module)`, or what ES modules have for it. */
  private isGuarded(index: number): boolean {
    const { text } = this;
    for (const keyword of text.indicesOf('if')) {
      const open = keyword + 1;
      const close = text.partner(open);
      const condition = text.excerpt(open, close);
      if (!/require\.main|import\.meta|process\.argv|isMain/.test(condition)) continue;
      let end = close + 1;
      if (text.at(end) === '{') end = text.partner(end);
      else
        while (end < text.tokens.length && text.at(end) !== ';' && text.tokens[end + 1]?.afterLineBreak !== true) end++;
      if (index > close && index <= end) return true;
    }
    return false;
  }
}
