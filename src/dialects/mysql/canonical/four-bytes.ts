import type { ColumnModel } from '../../../schema/schema.model.js';
import { restored } from '../reflect/four-bytes.js';

/** Characters of four bytes in UTF-8, for which the servers print `?`. */
const FOUR_BYTES = /[\u{10000}-\u{10ffff}]/gu;

/** What a driver makes of bytes that are no text: those of the default of a binary column, which information_schema has as `?`. */
const NO_TEXT = '\ufffd';

/**
 * A printed column with the characters of four bytes of the wanted one in its default and its labels, where the server has printed
 * `?`. The server holds no such characters in comments: a comment with them is as printed where the actual one is, too.
 */
export function withoutLoss(printed: ColumnModel, wanted: ColumnModel, actual: ColumnModel | undefined): ColumnModel {
  const { default: value, enum: labels, comment } = printed;
  return {
    ...printed,
    ...(value !== undefined &&
      wanted.default !== undefined && { default: wholeDefault(value, wanted.default, actual) }),
    ...(labels && { enum: labels.map((label, place) => restored(label, wanted.enum?.[place] ?? '')) }),
    ...(comment !== undefined && { comment: commentAsHeld(wanted.comment, actual?.comment) ?? comment }),
  };
}

/** A comment as the server holds it, where the actual one is the same; else as it is wanted. */
export function commentAsHeld(wanted: string | undefined, actual: string | undefined): string | undefined {
  return actual !== undefined && wanted?.replaceAll(FOUR_BYTES, '?') === actual ? actual : wanted;
}

function wholeDefault(printed: string, wanted: string, actual: ColumnModel | undefined): string {
  if (!printed.includes(NO_TEXT)) return restored(printed, wanted);
  return printed.replaceAll(NO_TEXT, '?') === actual?.default ? actual.default : wanted;
}
