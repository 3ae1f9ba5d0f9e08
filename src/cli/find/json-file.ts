import { readFileSync } from 'node:fs';
import { ProjectFileInvalidError } from '../../errors/cli.errors.js';
import { parseJsonc } from '../../repository/build/jsonc.js';
import { messageOf } from '../../errors/thrown.js';

/**
 * Reads a JSON file that may have comments and trailing commas, as nest-cli.json may.
 *
 * @returns undefined when there is no such file
 * @throws ProjectFileInvalidError when it is not JSON
 */
export function readJsonFile(path: string): Record<string, unknown> | undefined {
  const text = readTextFile(path);
  if (text === undefined) return undefined;
  try {
    return asRecord(parseJsonc(text));
  } catch (error) {
    throw new ProjectFileInvalidError(path, messageOf(error));
  }
}

/** Text of a file, or undefined when there is none. */
export function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  }
}

/** The value as an object to read keys from; empty for anything else. */
export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The string under a key, if it is one. */
export function stringAt(record: Record<string, unknown>, key: string): string | undefined {
  const value = record[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
