import { InvalidSettingsError } from '../../errors/repository-files.errors.js';
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
 * @throws InvalidSettingsError for a token that does not exist
 */
export function fillFileTemplate(template: string, rev: string, slug: string, date: CreateDate): string {
  const { text: _text, ...clock } = date;
  const tokens: Readonly<Record<string, string | number>> = { rev, slug, ...clock };
  const filled = template.replace(/%%|%(?:\((\w+)\)(?:\.(\d+)|0(\d+))?([sd]))?/g, (all, name, precision, width) => {
    if (all === '%%') return '%';
    const value = typeof name === 'string' && Object.hasOwn(tokens, name) ? tokens[name] : undefined;
    if (value === undefined) throw unknownToken(template, all, Object.keys(tokens));
    return String(value).padStart(typeof value === 'number' ? Number(precision ?? width ?? 0) : 0, '0');
  });
  const inside = filled.split(/[/\\]/).every((part) => part !== '' && part !== '.' && part !== '..');
  if (inside) return filled;
  throw new InvalidSettingsError(
    `"fileTemplate" gives the file name "${filled}", which leads out of the versions directory`,
  );
}

function unknownToken(template: string, token: string, known: readonly string[]): InvalidSettingsError {
  return new InvalidSettingsError(`"fileTemplate" has "${token}", which is no token: ${template}`, {
    hint: `The tokens are ${known.map((name) => `%(${name})s`).join(', ')}, and %% for a percent sign.`,
  });
}
