import type { Operation, OperationOf } from '../../../operations/operation.js';
import { qualifiedKey, type QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Remedies, Remedy, Statement } from '../../dialect.js';
import { remedyBefore, remedyFor } from './enum-remedies.js';

/**
 * The values that a revision has added to enum types. PostgreSQL refuses their use before a commit; the remedy is to
 * re-create the type.
 */
export class NewEnumValues implements Remedies {
  private added: readonly OperationOf<'addEnumValue'>[] = [];

  constructor(private readonly context: CompileContext) {}

  get areNeeded(): boolean {
    return this.added.length > 0;
  }

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

  after(error: unknown): Promise<Remedy | undefined> {
    return remedyFor(error, this.context);
  }

  async before(statement: Statement): Promise<Remedy | undefined> {
    if (this.added.length === 0 || statement.commitAfter) return undefined;
    const remedy = await remedyBefore(statement, this.added, this.context);
    if (remedy !== undefined) this.added = [];
    return remedy;
  }
}

function isOf(operation: OperationOf<'addEnumValue'>, type: QualifiedName): boolean {
  return qualifiedKey(operation.enum) === qualifiedKey(type);
}
