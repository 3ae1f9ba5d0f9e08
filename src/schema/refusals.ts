import { MigrateError } from '../errors/migrate.error.js';
import { EntitiesRefusedError } from '../errors/schema.errors.js';

/** Collects what is refused, so that people need not mend one thing to hear of the next. */
export class Refusals {
  private readonly errors: MigrateError[] = [];

  /** Does work; what it refuses is kept for later. @returns undefined then */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof MigrateError)) throw error;
      if (!this.errors.some(({ message }) => message === error.message)) this.errors.push(error);
      return undefined;
    }
  }

  /** @throws what was refused; EntitiesRefusedError when that is several things */
  throwIfAny(): void {
    const [first, second] = this.errors;
    if (first !== undefined) throw second === undefined ? first : new EntitiesRefusedError(this.errors);
  }
}
