import type { QueryRunner } from 'typeorm';
import { schemasQuery } from './catalog.queries.js';
import { omitOwnSchema } from './search-path.js';
import { inScratch } from './scratch.js';

/** Names of the schemas that users have created, other than the data source's own. */
export async function schemas(runner: QueryRunner): Promise<readonly string[]> {
  return inScratch(runner, async () => {
    const own = await omitOwnSchema(runner);
    const rows = (await runner.query(schemasQuery)) as { name: string }[];
    return rows.map(({ name }) => name).filter((name) => name !== own);
  });
}
