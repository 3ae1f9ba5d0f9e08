import { hostname, userInfo } from 'node:os';

let systemUserAtHost: string | undefined;

/** Who runs it: `NEST_DB_USER` where a pipeline sets it, else the system's user and host. */
export function runBy(): string {
  return process.env['NEST_DB_USER'] ?? (systemUserAtHost ??= `${systemUser()}@${hostname()}`);
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a user id that no passwd entry names.
    return process.env['USER'] ?? String(process.getuid?.() ?? 'unknown');
  }
}
