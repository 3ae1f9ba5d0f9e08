import type { QueryRunner } from 'typeorm';
import type { TypeormHistory } from '../../operations/call/typeorm-migrations.js';
import { type ClassPlaces, findClasses } from '../revision/typeorm/find-classes.js';
import { classesToRun, type TypeormDirection } from '../revision/typeorm/typeorm-run.js';

/** Classes of TypeORM whose statements are recorded. */
interface RecordedClasses extends ClassPlaces {
  readonly history: TypeormHistory;
  readonly direction: TypeormDirection;
  /** Names of the migrations in TypeORM's table, the last one first. */
  readonly executed: readonly string[];
  /** Records statements in place of sending them. */
  readonly runner: QueryRunner;
}

/**
 * Calls the classes that a run or a revert would call, so that a plan has their statements. TypeORM's own table is left out.
 *
 * @throws what a class throws, and what `findClasses` and `classesToRun` throw
 */
export async function recordClasses(recorded: RecordedClasses): Promise<void> {
  const { history, direction, executed, runner } = recorded;
  const names = classesToRun(executed, history, direction);
  const found = await findClasses(history, names, recorded);
  for (const name of direction === 'run' ? names : names.toReversed()) {
    const instance = found.get(name);
    await (direction === 'run' ? instance?.up(runner) : instance?.down(runner));
  }
}
