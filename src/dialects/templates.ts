import type { DataSourceOptions } from 'typeorm';
import type { SupportedDriver } from './drivers.js';

/**
 * Databases that are copied instead of being migrated: how a test gets one at head in a moment.
 *
 * A template is made once, under a key that says what it holds, and kept for later runs. All that is made for one
 * repository has names that begin with its family, so that it can be found again.
 */
export interface DatabaseTemplates {
  /**
   * A new database with what the template of this key holds. May be called by several processes at once.
   *
   * @param fill is called when there is no template of this key yet, with the options of an empty database. It must have
   *   closed its connections when it is done
   */
  copy(key: string, fill: (options: DataSourceOptions) => Promise<void>): Promise<DatabaseCopy>;
  /** Drops the copies of the family that were left behind, and its templates too if they are not to be kept. */
  drop(what: { readonly templates: boolean }): Promise<void>;
}

export interface DatabaseCopy {
  readonly options: DataSourceOptions;
  /** `postgres://…`, or the path of the file. */
  readonly url: string;
  drop(): Promise<void>;
}

/** The templates of a kind of database. */
export interface TemplateMaker {
  /** The drivers whose databases can be copied. */
  readonly drivers: readonly SupportedDriver[];
  /** The templates of the server or the folder that the options lead to. */
  of(options: DataSourceOptions, place: TemplatePlace): DatabaseTemplates;
}

/** Where templates and copies are kept, and what their names begin with. */
export interface TemplatePlace {
  /** Lower-case letters, digits and `_`; short enough for a database's name. */
  readonly family: string;
  /** For files. */
  readonly directory: string;
}

/** The templates of a family that stay when a new one is made: branches of the code are switched back and forth. */
export const KEPT_TEMPLATES = 5;

/** `<family>_<key>` is a template, `<family>_<key>_<anything>` a copy or an unfinished template. */
export function isTemplate(name: string, family: string): boolean {
  return name.startsWith(`${family}_`) && !name.slice(family.length + 1).includes('_');
}
