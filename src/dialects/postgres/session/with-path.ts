import type { QueryRunner } from 'typeorm';

/** Runs work with another search path; one that the work sets is reset afterwards. */
export async function withPath<T>(
  runner: QueryRunner,
  path: string | undefined,
  set: (path: string) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const [own] = (await runner.query(`SELECT current_setting('search_path') AS search_path`)) as [
    { search_path: string },
  ];
  await set(path ?? own.search_path);
  try {
    return await work();
  } finally {
    // In a failed transaction the rollback restores the path.
    await set(own.search_path).catch(() => undefined);
  }
}
