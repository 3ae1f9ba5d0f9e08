import type { QueryRunner } from 'typeorm';

/** Sentences about views that read what is not there any more: the server has the error in place of their comment. */
export async function unreadable(runner: QueryRunner): Promise<readonly string[]> {
  const rows = (await runner.query(
    `SELECT table_name AS name, table_comment AS problem FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'VIEW' AND table_comment NOT IN ('VIEW', '') ORDER BY table_name`,
  )) as { readonly name: string; readonly problem: string }[];
  return rows.map(({ name, problem }) => `The view ${name} cannot be read: ${problem}`);
}
