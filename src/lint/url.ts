/** The pages of the rules, in the repository. */
const PAGES = 'https://github.com/nestjs-migrate/nestjs-migrate/blob/main/docs/lint';

/** The page of a rule. */
export function urlOf(code: string): string {
  return `${PAGES}/${code}.md`;
}
