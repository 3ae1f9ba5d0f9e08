import type { DataSourceOptions } from 'typeorm';
import type { SupportedDriver } from './drivers.js';

/**
 * Template databases, which tests copy instead of migrating a new one.
 *
 * A template is created once, under a key of its contents, and kept for later runs. All databases for one repository have
 * names that begin with its family, so that they can be found again.
 */
export interface DatabaseTemplates {
  /**
   * Creates a copy of the template with a key. May be called by several processes at once.
   *
   * @param fill is called when there is no template of this key yet, with the options of an empty database. It must have
   *   closed its connections when it is done
   */
  copy(key: string, fill: (options: DataSourceOptions) => Promise<void>): Promise<DatabaseCopy>;
  /** Drops the copies of the family that were left behind, and its templates too when `templates` is true. */
  drop(what: { readonly templates: boolean }): Promise<void>;
}

export interface DatabaseCopy {
  readonly options: DataSourceOptions;
  /** `postgres://…`, `mysql://…`, or the path of the file. */
  readonly url: string;
  drop(): Promise<void>;
}

/** The templates of a kind of database. */
export interface TemplateMaker {
  /** The drivers whose databases can be copied. */
  readonly drivers: readonly SupportedDriver[];
  /** The templates of the server or the folder of the options. */
  of(options: DataSourceOptions, place: TemplatePlace): DatabaseTemplates;
}

/** The place of templates and copies, and the prefix of their names. */
export interface TemplatePlace {
  /** Lower-case letters, digits and `_`; short enough for a database's name. */
  readonly family: string;
  /** The folder of databases that are files. */
  readonly directory: string;
}

/**
 * The number of templates of a family that are kept when a new one is created, for switches between branches of the code.
 */
export const KEPT_TEMPLATES = 5;

/** `<family>_<key>` is a template, `<family>_<key>_<anything>` a copy or an unfinished template. */
export function isTemplate(name: string, family: string): boolean {
  return name.startsWith(`${family}_`) && !name.slice(family.length + 1).includes('_');
}
