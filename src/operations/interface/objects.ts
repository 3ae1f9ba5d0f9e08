import type {
  AlterExtensionOptions,
  DropExtensionOptions,
  DropSchemaOptions,
  IfExists,
  IfNotExists,
  Target,
} from './options.js';
import type { AlterSequenceOptions, SequenceOptions } from './sequence-options.js';
import type { ExtensionPlace } from '../operation.js';

/** The calls of `op` on sequences, which only PostgreSQL has. */
export interface SequenceCalls {
  /**
   * Creates a sequence; PostgreSQL only.
   *
   * `downgrade` needs `op.dropSequence`.
   *
   * @throws InvalidOperationError for what is not a whole number; UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.createSequence('post_number', { start: 1000, increment: 10 });
   */
  createSequence(sequence: Target, options?: SequenceOptions & IfNotExists): Promise<void>;

  /**
   * Drops a sequence that no default uses any more; PostgreSQL only.
   *
   * How far it had counted is lost. `downgrade` needs `op.createSequence`.
   *
   * @throws UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.dropSequence('ticket_number', { ifExists: true });
   */
  dropSequence(sequence: Target, options?: IfExists): Promise<void>;

  /**
   * Renames a sequence, or moves it to another schema; PostgreSQL only.
   *
   * It goes on counting, and defaults that use it follow. `downgrade` needs the same call with the names exchanged.
   *
   * @throws InvalidOperationError when both names are the same; UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.renameSequence('ticket_number', { schema: 'archive', name: 'ticket_number' });
   */
  renameSequence(sequence: Target, to: Target): Promise<void>;

  /**
   * Changes the steps, limits, start or next number of a sequence; PostgreSQL only.
   *
   * Fields that are left out stay as they are; null removes a limit. `downgrade` needs the same call with the former fields.
   *
   * @throws InvalidOperationError when nothing is changed; UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.alterSequence('ticket_number', { maxValue: null, restart: 5000 });
   */
  alterSequence(sequence: Target, change: AlterSequenceOptions): Promise<void>;
}

/** The calls of `op` on schemas, which only PostgreSQL has. */
export interface SchemaCalls {
  /**
   * Creates a schema; PostgreSQL only.
   *
   * `downgrade` needs `op.dropSchema`.
   *
   * @throws UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.createSchema('reporting', { ifNotExists: true });
   */
  createSchema(name: string, options?: IfNotExists): Promise<void>;

  /**
   * Drops an empty schema; PostgreSQL only.
   *
   * It fails while something is in the schema; with `ifUnused` the schema stays then, and
   * where it belongs to somebody else, with a notice that names what is in it or whose it is.
   * `downgrade` needs `op.createSchema`.
   *
   * @throws UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.dropSchema('archive', { ifUnused: true });
   */
  dropSchema(name: string, options?: DropSchemaOptions): Promise<void>;

  /**
   * Renames a schema with all that is in it; PostgreSQL only.
   *
   * `downgrade` needs the same call with the names exchanged.
   *
   * @throws InvalidOperationError when both names are the same; UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.renameSchema('archive', 'history');
   */
  renameSchema(name: string, to: string): Promise<void>;
}

/** The calls of `op` on extensions, which only PostgreSQL has. */
export interface ExtensionCalls {
  /**
   * Installs an extension where it is not installed yet; PostgreSQL only.
   *
   * One that is installed stays as it is, its version and schema included. `downgrade` needs `op.dropExtension`, with
   * `ifUnused` where others may use it by then.
   *
   * @throws UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.createExtension('citext', { schema: 'public' });
   */
  createExtension(name: string, options?: ExtensionPlace): Promise<void>;

  /**
   * Drops an extension, if it is installed; PostgreSQL only.
   *
   * It fails while something depends on it; with `ifUnused` the extension stays then, and where it belongs to somebody
   * else, with a notice that names what does or whose it is. `downgrade` needs `op.createExtension`.
   *
   * @throws UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.dropExtension('citext', { ifUnused: true });
   */
  dropExtension(name: string, options?: DropExtensionOptions): Promise<void>;

  /**
   * Updates an extension to a version, or moves its objects to another schema; PostgreSQL only.
   *
   * `downgrade` needs the same call with the former fields; many extensions have no way back to a former version.
   *
   * @throws InvalidOperationError when nothing is changed; UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.createExtension('citext');
   *     await op.alterExtension('citext', { schema: 'archive' });
   */
  alterExtension(name: string, change: AlterExtensionOptions): Promise<void>;
}
