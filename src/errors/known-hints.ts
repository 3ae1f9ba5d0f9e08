import { causesOf, messageOf } from './thrown.js';

type Hint = readonly [message: RegExp, hint: (match: RegExpExecArray) => string];

/** Hints for errors whose message lacks one, since its author does not know how the application was started or compiled. */
const HINTS: readonly Hint[] = [
  // Compilers write the type of a decorated property as a value.
  [
    /^Cannot access '([\w$]+)' before initialization$/,
    ([, name]) =>
      `${name} is read before it is there: files import each other in a circle, or it is further down in its own file. Where it ` +
      `is the type of an entity's property, write \`Relation<${name}>\` (import type { Relation } from 'typeorm'); where it is injected, ` +
      `\`@Inject(forwardRef(() => ${name}))\` and its type by \`import type\`. --debug shows the stack.`,
  ],
  [
    /^Class extends value undefined is not a constructor or null$/,
    () =>
      'Most often files import each other in a circle, and the class that is extended is not there yet: move what both need ' +
      'into a third file, or use `import type` where only the type is needed. --debug shows the stack.',
  ],
  [
    /initializeTransactionalContext\(\)/,
    () =>
      'nest-cmd does not run main.ts: call initializeTransactionalContext() in the file of the root module, or in the factory ' +
      'of the data source.',
  ],
];

/** What to do about an error of the application's code or of its libraries; undefined where nothing particular is known. */
export function knownHint(thrown: unknown): string | undefined {
  for (const one of causesOf(thrown)) {
    for (const [message, hint] of HINTS) {
      const match = message.exec(messageOf(one));
      if (match !== null) return hint(match);
    }
  }
  return undefined;
}
