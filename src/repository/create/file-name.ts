import { InvalidSettingsError } from '../../errors/repository-files.errors.js';
import { isVisible, visibleInLine } from '../../errors/visible.js';
import type { CreateDate } from './create-date.js';

/** The words of a message, lower case, joined by underscores; cut at a word when it is too long, and then with an underscore at the end. */
export function slugOf(message: string, maxLength: number): string {
  const slug = (message.match(/[\p{L}\p{N}_]+/gu) ?? []).join('_').toLowerCase();
  if (slug.length <= maxLength) return slug;
  const cut = slug.slice(0, maxLength);
  const lastWord = cut.lastIndexOf('_');
  return `${lastWord < 0 ? cut : cut.slice(0, lastWord)}_`;
}

/**
 * Fills a file template, as Alembic's: `%(year)d_%(month).2d_%(rev)s_%(slug)s`. `%%` is a percent sign.
 *
 * @throws InvalidSettingsError for a token that does not exist, or a name that no file can have
 */
export function fillFileTemplate(template: string, rev: string, slug: string, date: CreateDate): string {
  const { text: _text, ...clock } = date;
  const tokens: Readonly<Record<string, string | number>> = { rev, slug, ...clock };
  const filled = template.replace(/%%|%(?:\((\w+)\)(?:\.(\d+)|0(\d+))?([sd]))?/g, (all, name, precision, width) => {
    if (all === '%%') return '%';
    const value = typeof name === 'string' && Object.hasOwn(tokens, name) ? tokens[name] : undefined;
    if (value === undefined) throw unknownToken(template, all, Object.keys(tokens));
    const digits = Number(precision ?? width ?? 0);
    if (digits > LONGEST_NAME) throw new InvalidSettingsError(`"fileTemplate" has "${all}": no file name is that long`);
    return String(value).padStart(typeof value === 'number' ? digits : 0, '0');
  });
  requireFileName(filled);
  const inside = filled.split(/[/\\]/).every((part) => part !== '' && part !== '.' && part !== '..');
  if (inside) return filled;
  throw new InvalidSettingsError(
    `"fileTemplate" gives the file name "${filled}", which leads out of the versions directory`,
  );
}

/** The longest name of a file, in bytes, that file systems take. */
const LONGEST_NAME = 255;
const extension = '.ts';

function requireFileName(filled: string): void {
  const parts = `${filled}${extension}`.split(/[/\\]/);
  const long = parts.find((part) => Buffer.byteLength(part) > LONGEST_NAME);
  if (long !== undefined) {
    throw new InvalidSettingsError(
      `"fileTemplate" gives the file name "${long.slice(0, 40)}…", which has ${Buffer.byteLength(long)} bytes: file systems take ${LONGEST_NAME}`,
      { hint: 'Shorten the template, or set "truncateSlugLength" to a smaller number.' },
    );
  }
  if (!isVisible(filled)) {
    throw new InvalidSettingsError(
      `"fileTemplate" gives the file name "${visibleInLine(filled)}", which has a character that cannot be seen`,
    );
  }
}

function unknownToken(template: string, token: string, known: readonly string[]): InvalidSettingsError {
  return new InvalidSettingsError(`"fileTemplate" has "${token}", which is no token: ${template}`, {
    hint: `The tokens are ${known.map((name) => `%(${name})s`).join(', ')}, and %% for a percent sign.`,
  });
}
