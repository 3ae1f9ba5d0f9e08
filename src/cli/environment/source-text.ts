const stringOrComment = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** A source with spaces in place of its comments: offsets and lines stay as they are. */
export function withoutComments(source: string): string {
  return source.replace(stringOrComment, (all, text: string | undefined) => text ?? blank(all));
}

/** A source without comments, with spaces in place of its strings too. */
export function withoutStrings(text: string): string {
  return text.replace(stringOrComment, blank);
}

/** Number of the line that an offset is in; the first is 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}
