import type { CompileContext, Dialect, Remedy, Statement } from '../dialects/dialect.js';
import type { Operation, OperationOf } from '../operations/operation.js';
import { qualifiedKey, type QualifiedName } from '../schema/schema.model.js';

/** The values that a revision has added to enum types, and may not use as they are. */
export class NewValues {
  private added: readonly OperationOf<'addEnumValue'>[] = [];

  constructor(
    private readonly dialect: Dialect,
    private readonly context: CompileContext,
  ) {}

  /** Whether there are any. */
  get some(): boolean {
    return this.added.length > 0;
  }

  /** Notes what an operation did that has run. */
  note(operation: Operation): void {
    switch (operation.kind) {
      case 'addEnumValue':
        this.added = [...this.added, operation];
        break;
      case 'alterEnum':
      case 'dropEnum':
        this.added = this.added.filter((one) => !isOf(one, operation.enum));
        break;
      case 'renameEnum':
        this.added = this.added.map((one) => (isOf(one, operation.enum) ? { ...one, enum: operation.to } : one));
        break;
      default:
    }
  }

  /** What is to be done before a statement; undefined where it may be sent. */
  async before(statement: Statement): Promise<Remedy | undefined> {
    if (this.added.length === 0 || statement.commitAfter) return undefined;
    const remedy = await this.dialect.remedies?.before(statement, this.added, this.context);
    if (remedy !== undefined) this.added = [];
    return remedy;
  }
}

function isOf(operation: OperationOf<'addEnumValue'>, type: QualifiedName): boolean {
  return qualifiedKey(operation.enum) === qualifiedKey(type);
}
