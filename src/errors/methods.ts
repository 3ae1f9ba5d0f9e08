/** Calls of `op` that are not called as their operations are. */
const METHODS: Readonly<Record<string, string>> = {
  createUnique: 'createUniqueConstraint',
  dropUnique: 'dropUniqueConstraint',
  createCheck: 'createCheckConstraint',
  dropCheck: 'dropCheckConstraint',
  createExclusion: 'createExclusionConstraint',
  dropExclusion: 'dropExclusionConstraint',
};

/** A kind of operation as the call of `op` that makes it. */
export function methodOf(kind: string): string {
  return METHODS[kind] ?? kind;
}
