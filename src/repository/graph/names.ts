import { InvalidRevisionNameError } from '../../errors/repository.errors.js';
import { isVisible, visibleInLine } from '../../errors/visible.js';

const reserved = new Set(['head', 'heads', 'base', 'current']);

/** The characters that the target grammar gives a meaning. */
const grammar = /[@+:-]/g;

/** The length of the column of the version table. */
const LONGEST_ID = 32;

/**
 * Refuses an id that no target could ever name, or that the version table cannot hold.
 *
 * @param path of the file that has it
 */
export function verifyRevisionId(id: string, path?: string): void {
  const owner = path === undefined ? '' : ` of ${path}`;
  refuseInvisible(id, `revision id${owner}`);
  if ([...id].length > LONGEST_ID) {
    throw new InvalidRevisionNameError(
      `The revision id "${start(id)}"${owner} has ${[...id].length} characters: the version table holds ${LONGEST_ID}`,
      { hint: `Use an id of at most ${LONGEST_ID} characters, also where other revisions name it.` },
    );
  }
  if (id.search(grammar) < 0) return;
  const illegal = [...new Set(id.match(grammar))].sort();
  throw new InvalidRevisionNameError(
    `The revision id "${id}"${owner} must not contain ${illegal.map((c) => `"${c}"`).join(', ')}`,
    {
      hint: 'These characters have a meaning in targets such as `head-1`, `label@head` and `a:b`. Letters and digits are safe.',
    },
  );
}

/** Refuses a branch label that would be taken for something else where it is shown. */
export function verifyLabel(label: string, path?: string): void {
  refuseInvisible(label, `branch label${path === undefined ? '' : ` of ${path}`}`);
}

function refuseInvisible(name: string, what: string): void {
  if (isVisible(name)) return;
  throw new InvalidRevisionNameError(
    `The ${what} has a character that cannot be seen: "${visibleInLine(start(name))}"`,
    { hint: 'Ends of lines, control characters and marks of direction cannot be part of a name.' },
  );
}

function start(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}

/** Refuses a new id by stricter rules than those for files that exist. */
export function verifyNewRevisionId(id: string): void {
  verifyRevisionId(id);
  refuseReserved(id, 'revision id');
  if (!/^[\w.]{1,32}$/u.test(id) || id.startsWith('.')) {
    throw new InvalidRevisionNameError(
      `"${start(id)}" cannot be a revision id: use 1 to 32 letters, digits, underscores and dots`,
      { hint: 'The id becomes part of the file name and a row of the version table. Leave it out to get one made.' },
    );
  }
}

/** Refuses a new branch label by stricter rules than those for files that exist. */
export function verifyNewLabel(label: string): void {
  verifyLabel(label);
  refuseReserved(label, 'branch label');
  if (/[@+:\s]/u.test(label) || label === '' || label.startsWith('-')) {
    throw new InvalidRevisionNameError(`"${label}" cannot be a branch label: no target could name it`, {
      hint: 'Leave out "@", "+", ":", white space and a leading "-".',
    });
  }
}

function refuseReserved(name: string, what: string): void {
  if (!reserved.has(name)) return;
  throw new InvalidRevisionNameError(`"${name}" cannot be a ${what}: it has a meaning of its own in targets`);
}
