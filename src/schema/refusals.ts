import { MigrateError } from '../errors/migrate.error.js';
import { EntitiesRefusedError } from '../errors/schema.errors.js';

/** Collects refusals, so that one error reports all that is wrong instead of only the first. */
export class Refusals {
  private readonly errors: MigrateError[] = [];

  /** Does work and keeps its refusal for later. @returns what the work returns; undefined when it was refused */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof MigrateError)) throw error;
      if (!this.errors.some(({ message }) => message === error.message)) this.errors.push(error);
      return undefined;
    }
  }

  /** @throws the refusal; EntitiesRefusedError when there are several */
  throwIfAny(): void {
    const [first, second] = this.errors;
    if (first !== undefined) throw second === undefined ? first : new EntitiesRefusedError(this.errors);
  }
}
