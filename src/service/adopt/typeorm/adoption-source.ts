import { dirname, relative, sep } from 'node:path';
import { quote } from '../../../repository/create/source-text.js';
import { counterparts } from './counterparts.js';
import type { OldHistory } from './old-history.js';

/** What a revision that runs TypeORM's migrations specifies for one data source. */
export interface AdoptedPart {
  readonly dataSource: string;
  readonly history: OldHistory;
  /** Extensions that TypeORM installs whenever it connects, which old migrations count on. */
  readonly extensions: readonly string[];
  /** The files are in the repository itself, and compiled nowhere. */
  readonly moved: boolean;
  /** Rows of TypeORM's table without a class were allowed. */
  readonly allowUnknown: boolean;
}

/** The parts of a revision file's source. */
export interface AdoptionSource {
  /** The source above the functions. */
  readonly head: string;
  readonly upgrade: string | Readonly<Record<string, string>>;
  readonly downgrade: string | Readonly<Record<string, string>>;
}

const NAME = 'typeormMigrations';

/**
 * The source of a revision that runs TypeORM's migrations.
 *
 * @param versions absolute path of the folder that the file is written to
 * @param shared several data sources share the repository
 */
export function adoptionSource(parts: readonly AdoptedPart[], versions: string, shared: boolean): AdoptionSource {
  const comment =
    '/** What TypeORM ran before, in the order of the list. `npx nest-cmd db adopt` wrote it; new changes are revisions. */';
  if (!shared) {
    const [part] = parts as [AdoptedPart];
    return {
      head: `\n${comment}\nconst ${NAME} = ${literalOf(part, versions, '')} as const;`,
      upgrade: upgradeOf(part, NAME),
      downgrade: `  await op.revertTypeormMigrations(${NAME});`,
    };
  }
  const entries = parts.map((part) => `  ${quote(part.dataSource)}: ${literalOf(part, versions, '  ')},\n`);
  const member = ({ dataSource }: AdoptedPart): string => `${NAME}[${quote(dataSource)}]`;
  const bodies = (body: (part: AdoptedPart) => string): Record<string, string> =>
    Object.fromEntries(parts.map((part) => [part.dataSource, body(part)]));
  return {
    head: `\n${comment}\nconst ${NAME} = {\n${entries.join('')}} as const;`,
    upgrade: bodies((part) => upgradeOf(part, member(part))),
    downgrade: bodies((part) => `  await op.revertTypeormMigrations(${member(part)});`),
  };
}

function upgradeOf({ extensions }: AdoptedPart, migrations: string): string {
  const installed = extensions.map((extension) => `  await op.createExtension(${quote(extension)});`);
  const why =
    installed.length > 0
      ? ['  // TypeORM installs these whenever it connects, and the old migrations count on it.']
      : [];
  return [...why, ...installed, `  await op.runTypeormMigrations(${migrations});`].join('\n');
}

function literalOf({ history, moved, allowUnknown }: AdoptedPart, versions: string, indent: string): string {
  const { table, transaction, migrations } = history;
  const { folder, nameOf } = placesOf(migrations.flatMap(({ file }) => file ?? []));
  const others = folder === undefined || moved ? [] : counterparts(folder);
  const folders = [folder ?? [], ...others].flat().map((path) => fromFolder(versions, path));
  const lines = migrations.map(({ name, file }) =>
    file === undefined ? `{ name: ${quote(name)} }` : `{ name: ${quote(name)}, file: ${quote(nameOf(file))} }`,
  );
  const inner = `${indent}  `;
  return [
    '{',
    `${inner}table: ${quote(table)},`,
    `${inner}transaction: ${quote(transaction)},`,
    ...(allowUnknown ? [`${inner}allowUnknown: true,`] : []),
    `${inner}folders: [${folders.map(quote).join(', ')}],`,
    `${inner}classes: [`,
    ...lines.map((line) => `${inner}  ${line},`),
    `${inner}],`,
    `${indent}}`,
  ].join('\n');
}

interface Places {
  /** The folder that all files are in, in it or deeper. */
  readonly folder?: string;
  /** A file's path in that folder, without its extension. */
  nameOf(file: string): string;
}

function placesOf(files: readonly string[]): Places {
  const [first] = files;
  if (first === undefined) return { nameOf: (file) => file };
  let folder = dirname(first);
  while (!files.every((file) => file.startsWith(folder + sep))) folder = dirname(folder);
  return {
    folder,
    nameOf: (file) => slashes(relative(folder, file)).replace(/\.[cm]?[jt]s$/, ''),
  };
}

function fromFolder(folder: string, path: string): string {
  const inFolder = slashes(relative(folder, path));
  return inFolder.startsWith('.') ? inFolder : `./${inFolder}`;
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}
