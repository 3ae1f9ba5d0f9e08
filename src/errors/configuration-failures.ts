/** What the application's configuration threw. A set of values, since code may throw texts. */
const failures = new Set<unknown>();

/** Remembers a value that was thrown while the application's configuration was made: its factories and its validation. */
export function noteConfigurationFailure(thrown: unknown): void {
  failures.add(thrown);
}

export function isConfigurationFailure(thrown: unknown): boolean {
  return failures.has(thrown);
}
