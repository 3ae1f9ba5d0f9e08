import type { DatabaseObject } from './database-code.js';

/** What entities cannot say, in the order in which it is made. */
export const databaseCode: Readonly<Record<string, readonly DatabaseObject[]>> = {
  postgres: [
    {
      create: `CREATE OR REPLACE FUNCTION count_changes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          NEW.changes := OLD.changes + 1;
          RETURN NEW;
        END $$`,
      drop: 'DROP FUNCTION count_changes()',
      definition: `SELECT pg_get_functiondef(oid) AS sql FROM pg_proc WHERE proname = 'count_changes'`,
    },
    {
      create: 'CREATE TRIGGER note_changes BEFORE UPDATE ON note FOR EACH ROW EXECUTE FUNCTION count_changes()',
      drop: 'DROP TRIGGER note_changes ON note',
      definition: `SELECT pg_get_triggerdef(oid) AS sql FROM pg_trigger WHERE tgname = 'note_changes'`,
    },
  ],
  'better-sqlite3': [
    {
      create: `CREATE TRIGGER note_changes AFTER UPDATE OF text ON note BEGIN
        UPDATE note SET changes = OLD.changes + 1 WHERE id = NEW.id;
      END`,
      drop: 'DROP TRIGGER note_changes',
      definition: `SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'note_changes'`,
    },
  ],
};
