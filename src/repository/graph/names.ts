import { InvalidRevisionNameError } from '../../errors/repository.errors.js';

const reserved = new Set(['head', 'heads', 'base', 'current']);

/** The characters that the target grammar gives a meaning. */
const grammar = /[@+:-]/g;

/** Refuses an id that no target could ever name. */
export function verifyRevisionId(id: string): void {
  if (id.search(grammar) < 0) return;
  const illegal = [...new Set(id.match(grammar))].sort();
  throw new InvalidRevisionNameError(
    `The revision id "${id}" must not contain ${illegal.map((c) => `"${c}"`).join(', ')}`,
    {
      hint: 'These characters have a meaning in targets such as `head-1`, `label@head` and `a:b`. Letters and digits are safe.',
    },
  );
}

/** What may be asked of a new id, beyond what is tolerated in files that exist. */
export function verifyNewRevisionId(id: string): void {
  verifyRevisionId(id);
  refuseReserved(id, 'revision id');
  if (!/^[\w.]{1,32}$/u.test(id) || id.startsWith('.')) {
    throw new InvalidRevisionNameError(
      `"${id}" cannot be a revision id: use 1 to 32 letters, digits, underscores and dots`,
      { hint: 'The id becomes part of the file name and a row of the version table. Leave it out to get one made.' },
    );
  }
}

/** What may be asked of a new branch label. */
export function verifyNewLabel(label: string): void {
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
