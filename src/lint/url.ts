import { version } from '../version.js';

/** The pages of the rules, which are in the package: those of this version are there once it is published. */
const PAGES = `https://unpkg.com/nestjs-migrate@${version}/docs/lint`;

/** The page of a rule. */
export function urlOf(code: string): string {
  return `${PAGES}/${code}.md`;
}
