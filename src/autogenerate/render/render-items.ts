import type { TableCheckOptions, TableExclusionOptions, TableForeignKeyOptions, TableUniqueOptions } from 'typeorm';
import { RenderItemError } from '../../errors/autogenerate.errors.js';
import { describeOperation } from '../../operations/describe/describe.js';
import type { Operation } from '../../operations/operation.js';
import type {
  ColumnOptions,
  CreateTableOptions,
  IndexOptions,
  Operations,
} from '../../operations/operations.interface.js';
import { type Source, sourceOf } from './source.js';

/** What `renderItem` may give a text of its own for, by the name of its type; objects are as they would be written. */
export interface RenderedObjects {
  /** A whole statement: `await op.…;`. */
  readonly operation: Operation;
  /** The argument of `op.createTable`. */
  readonly table: CreateTableOptions;
  /** The argument of `op.createView`. */
  readonly view: Parameters<Operations['createView']>[0];
  /** The argument of `op.addColumn`, or an entry of `columns`. */
  readonly column: ColumnOptions;
  /** The value of `type` of a column. */
  readonly type: string;
  /** The value of `default` of a column. */
  readonly default: string | number | boolean;
  /** The argument of `op.createIndex`, or an entry of `indices`. */
  readonly index: IndexOptions;
  /** The argument of `op.createUniqueConstraint`, or an entry of `uniques`. */
  readonly uniqueConstraint: TableUniqueOptions;
  /** The argument of `op.createCheckConstraint`, or an entry of `checks`. */
  readonly checkConstraint: TableCheckOptions;
  /** The argument of `op.createExclusionConstraint`, or an entry of `exclusions`. */
  readonly exclusionConstraint: TableExclusionOptions;
  /** The argument of `op.createForeignKey`, or an entry of `foreignKeys`. */
  readonly foreignKeyConstraint: TableForeignKeyOptions;
}

/** A type of `RenderedItem`. */
export type RenderedType = keyof RenderedObjects;

/** A piece of a revision that is about to be written. */
export type RenderedItem = {
  readonly [Type in RenderedType]: {
    /** Which kind of piece it is. */
    readonly type: Type;
    /** What would be written, as data. */
    readonly object: RenderedObjects[Type];
    /** The operation that it is part of; for an operation in a batch, that operation itself. */
    readonly operation: Operation;
  };
}[RenderedType];

/** Where a piece is written. */
export interface RenderPlace {
  /** The data source whose revision is written. */
  readonly dataSource: string;
  /** The function that the piece is written into. */
  readonly direction: 'upgrade' | 'downgrade';
  /** Puts a whole import statement at the head of the file, once. */
  addImport(statement: string): void;
}

/** TypeScript that replaces a piece; false or undefined leaves it as it is. */
export type RenderItem = (item: RenderedItem, place: RenderPlace) => string | false | undefined | void;

/** `renderItem`, called with the place that it writes to. */
export type AskItem = (item: RenderedItem) => string | false | undefined | void;

/** The type of piece that the argument of a method is. */
const ARGUMENTS: Readonly<Record<string, RenderedType | 'change'>> = {
  createTable: 'table',
  createView: 'view',
  addColumn: 'column',
  alterColumn: 'change',
  createIndex: 'index',
  createUniqueConstraint: 'uniqueConstraint',
  createCheckConstraint: 'checkConstraint',
  createExclusionConstraint: 'exclusionConstraint',
  createForeignKey: 'foreignKeyConstraint',
};

/** The types of the pieces within a piece, by their fields. */
const PARTS: Readonly<Partial<Record<RenderedType | 'change', Readonly<Record<string, RenderedType | 'change'>>>>> = {
  table: {
    columns: 'column',
    indices: 'index',
    uniques: 'uniqueConstraint',
    checks: 'checkConstraint',
    exclusions: 'exclusionConstraint',
    foreignKeys: 'foreignKeyConstraint',
  },
  view: { indices: 'index' },
  column: { type: 'type', default: 'default' },
  change: { type: 'type', default: 'default', existing: 'change' },
};

/** The text of `renderItem` for a whole operation; undefined when it gives none. */
export function operationText(operation: Operation, ask: AskItem | undefined): string | undefined {
  return ask && answerOf({ type: 'operation', object: operation, operation }, ask);
}

/** The last argument of a call, or any other, with the text of `renderItem` where it has one. */
export function argumentOf(method: string, value: unknown, operation: Operation, ask: AskItem | undefined): Source {
  const type = ask && typeof value === 'object' && !Array.isArray(value) ? ARGUMENTS[method] : undefined;
  return ask && type ? itemSource(type, value, operation, ask) : sourceOf(value);
}

/** @param field the field that holds the piece, where it is not one of a list */
function itemSource(
  type: RenderedType | 'change',
  object: unknown,
  operation: Operation,
  ask: AskItem,
  field?: string,
): Source {
  const text = type === 'change' ? undefined : answerOf({ type, object, operation } as RenderedItem, ask);
  if (text !== undefined) return { kind: 'code', code: text };
  return sourceOf(object, field, (name, value) => {
    const part = PARTS[type]?.[name];
    if (part === undefined || value === null) return undefined;
    if (!Array.isArray(value)) return itemSource(part, value, operation, ask, name);
    return { kind: 'list', items: value.map((member) => itemSource(part, member, operation, ask)) };
  });
}

function answerOf(item: RenderedItem, ask: AskItem): string | undefined {
  const answer: unknown = ask(item);
  if (typeof answer === 'string' || answer === undefined || answer === false) return answer || undefined;
  const what = `${item.type === 'operation' ? '' : `the ${item.type} of `}'${describeOperation(item.operation)}'`;
  throw new RenderItemError(what, `it gave ${answer === null ? 'null' : `a ${typeof answer}`}`);
}
