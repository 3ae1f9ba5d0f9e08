import type { CompileContext, Dialect, Statement } from '../../../dialects/dialect.js';
import type { Operation } from '../../../operations/operation.js';

/** A call of a revision, and its statements. */
export interface PlannedCall {
  readonly operation: Operation;
  readonly statements: readonly string[];
}

/** So many statements are sent at once, or so much text. */
const MAX_COUNT = 64;
const MAX_LENGTH = 64 * 1024;

/** The calls of a revision, compiled as far as their statements do not depend on the database. */
export class PlannedCalls {
  private at = 0;
  /** The next call depends on the database, or is none that can be sent with others. */
  private isStopped = false;
  private readonly context: CompileContext;

  constructor(
    private readonly operations: readonly Operation[],
    private readonly dialect: Dialect,
    ownSchema: string | undefined,
  ) {
    this.context = sealedContext(ownSchema, () => (this.isStopped = true));
  }

  /** Whether those are all. */
  get areAll(): boolean {
    return this.at === this.operations.length;
  }

  /** The next calls, whose statements can be sent at once; none at the end, and where the next one depends on the database. */
  async next(): Promise<readonly PlannedCall[]> {
    const calls: PlannedCall[] = [];
    let count = 0;
    let length = 0;
    while (count < MAX_COUNT && length < MAX_LENGTH && !this.isStopped) {
      const operation = this.operations[this.at];
      const statements = operation && (await this.statementsOf(operation));
      if (operation === undefined || statements === undefined) break;
      this.at += 1;
      count += statements.length;
      length += statements.reduce((sum, sql) => sum + sql.length, 0);
      calls.push({ operation, statements });
    }
    return calls;
  }

  private async statementsOf(operation: Operation): Promise<readonly string[] | undefined> {
    let statements: readonly Statement[] = [];
    try {
      statements = await this.dialect.compile(operation, this.context);
    } catch {
      // What is wrong with it is found when its turn comes.
      this.isStopped = true;
    }
    this.isStopped ||= !statements.every(isOnlyText);
    return this.isStopped ? undefined : statements.map(({ sql }) => sql);
  }
}

function isOnlyText(statement: Statement): boolean {
  return Object.entries(statement).every(([field, value]) => field === 'sql' || value === undefined);
}

/** What compiling may look up, where that is not known yet. */
function sealedContext(ownSchema: string | undefined, onLook: () => void): CompileContext {
  const look = (): never => {
    onLook();
    throw new Error('This depends on the database.');
  };
  return {
    offline: false,
    ...(ownSchema !== undefined && { ownSchema }),
    kept: new Proxy(new Map<string, unknown>(), { get: look }),
    table: look,
    schema: look,
    operations: async () => [],
    notice: look,
    query: look,
  };
}
