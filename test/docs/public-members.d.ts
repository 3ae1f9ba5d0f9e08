/** An exported declaration, or a member of one. */
export interface PublicMember {
  /** `Operations.addColumn`; of an exported declaration its name. */
  readonly name: string;
  /** The exported declaration that it is a member of. */
  readonly owner?: string;
  /** Its own name within the owner. */
  readonly member: string;
  /** TypeScript's name of its kind: `MethodSignature`. */
  readonly kind: string;
  /** Its source, relative to the repository. */
  readonly file: string;
  readonly line: number;
  /** Its text before the tags, as an editor shows it; empty where there is none. */
  readonly documentation: string;
  /** The texts of its `@example` tags. */
  readonly examples: readonly string[];
}

/** The exported declarations of the package at `root`, and their members. */
export function publicMembers(root: string): readonly PublicMember[];

/** The text up to its first full stop; undefined where the first paragraph has none, or does not begin as a sentence does. */
export function firstSentence(documentation: string): string | undefined;

/** The names that each entry of the package exports: those of `nestjs-migrate`, of `nestjs-migrate/testing` … */
export function exportedNames(root: string): ReadonlyMap<string, Readonly<Record<string, string>>>;
