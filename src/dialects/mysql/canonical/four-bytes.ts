import { isSameData } from '../../../schema/same-data.js';
import type { ColumnModel } from '../../../schema/schema.model.js';

/** Characters of four bytes in UTF-8, which the catalog does not hold. */
const FOUR_BYTES = /[\u{10000}-\u{10ffff}]/u;

/**
 * A printed column with its default, labels and comment as they are wanted, where the server has printed `?` for a character of
 * four bytes; what would be written from such a print would be another text. It stays as printed where the catalog has the same.
 */
export function withoutLoss(printed: ColumnModel, wanted: ColumnModel, actual: ColumnModel | undefined): ColumnModel {
  const fields = (['default', 'enum', 'comment'] as const).filter((field) => {
    const text = JSON.stringify(wanted[field] ?? '');
    return FOUR_BYTES.test(text) && !isSameData(printed[field], actual?.[field]);
  });
  return { ...printed, ...Object.fromEntries(fields.map((field) => [field, wanted[field]])) };
}

/** An expression in the words of the catalog where that has the same one, with four `?` for each character of four bytes. */
export function asInCatalog(shown: string, actual: string | undefined): string {
  const inCatalog = shown.replaceAll(new RegExp(FOUR_BYTES, 'gu'), '????');
  return inCatalog === actual ? actual : shown;
}
