/** Where databases of tests live: in memory, where the system has room there. */
export function scratchDirectory(): string;
