import { MigrateOptionsError } from '../errors/service.errors.js';
import { shownValue } from '../errors/shown.js';
import type {
  AdoptRequest,
  ConnectionOptions,
  CurrentOptions,
  HeadsOptions,
  HistoryOptions,
  InitRequest,
  LintOptions,
  LogOptions,
  MergeRequest,
  MigrationOverrides,
  PlanOptions,
  RevisionRequest,
  RunOptions,
  StampOptions,
  StatusOptions,
  StopOptions,
  UpgradeOptions,
  VerifyOptions,
} from './requests.js';
import { dataLossModes } from './options/data-loss-mode.js';
import {
  COUNT,
  FLAG,
  FUNCTION,
  isObject,
  OBJECT,
  type OptionKind,
  type OptionKinds,
  TIME,
} from './options/option-kinds.js';

const isText = (value: unknown): boolean => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

export const TEXT: OptionKind = { wanted: 'a text', accepts: isText };
export const TARGETS: OptionKind = {
  wanted: 'a text, or a list with at least one',
  accepts: (value) => isText(value) || (isTexts(value) && (value as readonly unknown[]).length > 0),
};
const isPath = (value: unknown): boolean => typeof value === 'string' && value !== '' && !value.includes('\0');
const PATH: OptionKind = { wanted: 'a path', accepts: isPath };
export const TEXTS: OptionKind = { wanted: 'a list of texts', accepts: isTexts };
const LIST: OptionKind = { wanted: 'a list', accepts: Array.isArray };
const TEXT_OR_TEXTS: OptionKind = {
  wanted: 'a text or a list of texts',
  accepts: (value) => isText(value) || isTexts(value),
};
const isPaths = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every(isPath) : isPath(value);
const PATHS: OptionKind = {
  wanted: 'a path or a list of paths, or an object with them by data source',
  accepts: (value) => isPaths(value) || (isObject(value) && Object.values(value).every(isPaths)),
};
export const oneOf = (...words: readonly string[]): OptionKind => ({
  wanted: words.length === 1 ? `'${words[0] ?? ''}'` : `one of ${words.map((word) => `'${word}'`).join(', ')}`,
  accepts: (value) => words.includes(value as string),
});

const isQueryRunner = (value: unknown): boolean =>
  isObject(value) &&
  typeof Reflect.get(value, 'query') === 'function' &&
  typeof Reflect.get(value, 'startTransaction') === 'function' &&
  isObject(Reflect.get(value, 'connection'));
const QUERY_RUNNER: OptionKind = { wanted: 'a query runner of TypeORM', accepts: isQueryRunner };

const INIT: OptionKinds<InitRequest> = { multidb: FLAG, template: PATH };
const CONNECTION: OptionKinds<ConnectionOptions> = { queryRunner: QUERY_RUNNER };
const isSignal = (value: unknown): boolean =>
  isObject(value) && typeof Reflect.get(value, 'aborted') === 'boolean' && 'addEventListener' in value;
const SIGNAL: OptionKind = { wanted: 'an AbortSignal', accepts: isSignal };
export const STOP: OptionKinds<StopOptions> = { signal: SIGNAL, grace: TIME };
const REVISION: OptionKinds<RevisionRequest> = {
  ...CONNECTION,
  templateArgs: OBJECT,
  message: TEXT,
  head: TEXT_OR_TEXTS,
  splice: FLAG,
  branchLabel: TEXT,
  versionPath: PATH,
  revId: TEXT,
  dependsOn: TEXT_OR_TEXTS,
  renames: TEXTS,
  renameFile: PATH,
  sqlBody: FLAG,
  fromDatabase: FLAG,
  online: FLAG,
  expand: TEXT,
  detectRenames: FLAG,
  confirmRename: FUNCTION,
  autogenerate: FLAG,
  sql: FLAG,
};
const MERGE: OptionKinds<MergeRequest> = {
  templateArgs: OBJECT,
  message: TEXT,
  branchLabel: TEXT,
  revId: TEXT,
  splice: FLAG,
};
const RUN: OptionKinds<RunOptions> = { ...CONNECTION, ...STOP, sql: FLAG, tag: TEXT };
const UPGRADE: OptionKinds<UpgradeOptions> = {
  ...RUN,
  resumeFrom: COUNT,
  abandon: FLAG,
  onDataLoss: oneOf(...dataLossModes),
  confirmDataLoss: FUNCTION,
};
const STAMP: OptionKinds<StampOptions> = { ...RUN, purge: FLAG };
const ADOPT: OptionKinds<AdoptRequest> = {
  ...CONNECTION,
  ...STOP,
  from: oneOf('migrations', 'database'),
  dryRun: FLAG,
  typeormConfig: PATHS,
  folder: PATHS,
  transaction: oneOf('all', 'each', 'none'),
  move: FLAG,
  allowUnknown: FLAG,
  message: TEXT,
  revId: TEXT,
};
const CURRENT: OptionKinds<CurrentOptions> = { ...CONNECTION, checkHeads: FLAG, verbose: FLAG };
const HEADS: OptionKinds<HeadsOptions> = { resolveDependencies: FLAG };
const HISTORY: OptionKinds<HistoryOptions> = { ...CONNECTION, range: TEXT, indicateCurrent: FLAG };
const LOG: OptionKinds<LogOptions> = { ...CONNECTION, limit: COUNT };
const LINT: OptionKinds<LintOptions> = { ...CONNECTION, range: TEXT, all: FLAG, since: TEXT, timeout: TIME };
const PLAN: OptionKinds<PlanOptions> = {
  ...CONNECTION,
  direction: oneOf('upgrade', 'downgrade'),
  tag: TEXT,
  timeout: TIME,
};
const VERIFY: OptionKinds<VerifyOptions> = { ...CONNECTION, timeout: TIME };
const STATUS: OptionKinds<StatusOptions> = { ...CONNECTION, timeout: TIME, halfDone: FLAG };
export const OVERRIDES: OptionKinds<MigrationOverrides> = {
  ...CONNECTION,
  ...STOP,
  directory: PATH,
  xArgs: OBJECT,
  dataSources: TEXTS,
  application: TEXT,
  connectTimeout: TIME,
  waitForDatabase: TIME,
  useLogger: FLAG,
  onStep: FUNCTION,
  onStatement: FUNCTION,
  onWait: FUNCTION,
  onNotice: FUNCTION,
  onQuery: FUNCTION,
};

/** A positional argument, with its options where it is an object. */
export interface Parameter {
  readonly name: string;
  readonly kind: OptionKind;
  readonly options?: Readonly<Record<string, OptionKind>>;
  /** Whether it cannot be left out. */
  readonly isRequired?: true;
}

export const options = (of: Readonly<Record<string, OptionKind>>): Parameter => ({
  name: 'options',
  kind: OBJECT,
  options: of,
});
const text = (name: string): Parameter => ({ name, kind: TEXT });

const METHODS = {
  with: [{ ...options(OVERRIDES), isRequired: true }],
  init: [options(INIT)],
  revision: [options(REVISION)],
  migrate: [options(REVISION)],
  merge: [{ name: 'revisions', kind: TEXT_OR_TEXTS }, options(MERGE)],
  edit: [text('revision')],
  upgrade: [text('target'), options(UPGRADE)],
  downgrade: [text('target'), options(UPGRADE)],
  stamp: [{ name: 'targets', kind: TARGETS }, options(STAMP)],
  adopt: [options(ADOPT)],
  check: [options(CONNECTION)],
  apply: [{ name: 'operations', kind: LIST, isRequired: true }, options({ ...CONNECTION, ...STOP })],
  operations: [{ name: 'queryRunner', kind: QUERY_RUNNER, isRequired: true }],
  ensureVersion: [options({ ...CONNECTION, ...STOP, sql: FLAG })],
  current: [options(CURRENT)],
  heads: [options(HEADS)],
  history: [options(HISTORY)],
  show: [text('revision'), options(CONNECTION)],
  log: [options(LOG)],
  plan: [text('target'), options(PLAN)],
  lint: [options(LINT)],
  verify: [options(VERIFY)],
  status: [options(STATUS)],
} satisfies Readonly<Record<string, readonly Parameter[]>>;

/**
 * Refuses arguments of the service's methods that are of another kind than their types say, as a program in JavaScript or
 * a value from outside may give them.
 *
 * @throws MigrateOptionsError
 */
export function checkCall(method: keyof typeof METHODS, ...values: readonly unknown[]): void {
  checkArguments(method, METHODS[method], values);
}

/** The same for a method with these parameters. @throws MigrateOptionsError */
export function checkArguments(method: string, parameters: readonly Parameter[], values: readonly unknown[]): void {
  for (const [index, { name, kind, options = {}, isRequired = false }] of parameters.entries()) {
    const value = values[index];
    refuse(method, name, value, kind, isRequired);
    if (!isObject(value)) continue;
    for (const [option, of] of Object.entries(options)) refuse(method, option, Reflect.get(value, option), of);
  }
}

function refuse(
  method: string,
  name: string,
  value: unknown,
  { wanted, accepts }: OptionKind,
  isRequired = false,
): void {
  if (accepts(value) || (value === undefined && !isRequired)) return;
  throw new MigrateOptionsError(`\`${method}\`: '${name}' is ${shown(value)}; it must be ${wanted}.`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? shownValue(value).replace(/^"([^']*)"$/, "'$1'") : shownValue(value);
}
