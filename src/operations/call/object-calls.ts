import type { Call } from './call.js';
import { readFlags, readMove, readRename } from './call-options.js';
import { type ConstraintNaming, readView } from './from-options.js';
import type { ExtensionCalls, SchemaCalls, SequenceCalls } from '../interface/objects.js';
import type { ViewCalls } from '../interface/views.js';
import { readSequence, readSequenceChange, SEQUENCE_FIELDS } from './from-sequence-options.js';
import type { ExtensionPlace, Operation } from '../operation.js';

/** Handles a call of `op`: reads it at once, and runs its operation when its turn comes. */
export type CallHandler = (
  method: string,
  args: readonly unknown[],
  read: (call: Call) => Operation | undefined,
) => Promise<void>;

export function viewMethods(handle: CallHandler, naming?: ConstraintNaming): ViewCalls {
  return {
    createView: (view, options) =>
      handle('createView', [view], (call) => ({
        kind: 'createView',
        view: readView(call, view, naming),
        ...readFlags(call, options, 'restore'),
      })),
    dropView: (view, options) =>
      handle('dropView', [view], (call) => ({
        kind: 'dropView',
        view: call.target(view, 'the view'),
        ...readFlags(call, options, 'materialized', 'keep', 'ifExists'),
      })),
    renameView: (view, to) =>
      handle('renameView', [view, to], (call) => ({ kind: 'renameView', ...readMove(call, 'view', view, to) })),
    alterView: (view, change) =>
      handle('alterView', [view], (call) => {
        const { values } = call.fields(change, 'the change of the view', { known: ['expression', 'existing'] });
        const existing = call.optionalName(values['existing'], "'existing' of the view");
        return {
          kind: 'alterView',
          view: call.target(view, 'the view'),
          expression: call.name(values['expression'], "'expression' of the view"),
          ...(existing !== undefined && { existing }),
        };
      }),
  };
}

export function sequenceMethods(handle: CallHandler): SequenceCalls {
  return {
    createSequence: (sequence, options) =>
      handle('createSequence', [sequence], (call) => {
        const { ifNotExists, ...given } = call.fields(options ?? {}, 'the sequence', {
          known: [...SEQUENCE_FIELDS, 'ifNotExists'],
        }).values;
        return {
          kind: 'createSequence',
          sequence: readSequence(call, sequence, given),
          ...readFlags(call, { ifNotExists }, 'ifNotExists'),
        };
      }),
    dropSequence: (sequence, options) =>
      handle('dropSequence', [sequence], (call) => ({
        kind: 'dropSequence',
        sequence: call.target(sequence, 'the sequence'),
        ...readFlags(call, options, 'ifExists'),
      })),
    renameSequence: (sequence, to) =>
      handle('renameSequence', [sequence, to], (call) => ({
        kind: 'renameSequence',
        ...readMove(call, 'sequence', sequence, to),
      })),
    alterSequence: (sequence, change) =>
      handle('alterSequence', [sequence], (call) => ({
        kind: 'alterSequence',
        sequence: call.target(sequence, 'the sequence'),
        ...readChange(call, change, 'the sequence', readSequenceChange),
      })),
  };
}

export function schemaMethods(handle: CallHandler): SchemaCalls {
  return {
    createSchema: (name, options) =>
      handle('createSchema', [name], (call) => ({
        kind: 'createSchema',
        name: call.name(name, 'the name of the schema'),
        ...readFlags(call, options, 'ifNotExists'),
      })),
    dropSchema: (name, options) =>
      handle('dropSchema', [name], (call) => ({
        kind: 'dropSchema',
        name: call.name(name, 'the name of the schema'),
        ...readFlags(call, options, 'ifExists', 'ifUnused'),
      })),
    renameSchema: (from, to) =>
      handle('renameSchema', [from, to], (call) => ({ kind: 'renameSchema', ...readRename(call, 'schema', from, to) })),
  };
}

export function extensionMethods(handle: CallHandler): ExtensionCalls {
  return {
    createExtension: (name, options) =>
      handle('createExtension', [name], (call) => ({
        kind: 'createExtension',
        name: call.name(name, 'the name of the extension'),
        ...readExtension(call, options ?? {}, 'the extension'),
      })),
    dropExtension: (name, options) =>
      handle('dropExtension', [name], (call) => ({
        kind: 'dropExtension',
        name: call.name(name, 'the name of the extension'),
        ...readFlags(call, options, 'ifUnused'),
      })),
    alterExtension: (name, change) =>
      handle('alterExtension', [name], (call) => ({
        kind: 'alterExtension',
        name: call.name(name, 'the name of the extension'),
        ...readChange(call, change, 'the extension', readExtension),
      })),
  };
}

function readExtension(call: Call, options: unknown, what: string): ExtensionPlace {
  const { values } = call.fields(options, what, { known: ['schema', 'version'] });
  const schema = call.optionalName(values['schema'], `'schema' of ${what}`);
  const version = call.optionalName(values['version'], `'version' of ${what}`);
  return { ...(schema !== undefined && { schema }), ...(version !== undefined && { version }) };
}

/** The new fields of an object, and in `existing` the previous ones. */
function readChange<T extends object>(
  call: Call,
  change: unknown,
  what: string,
  read: (call: Call, options: unknown, what: string) => T,
): { readonly to: T; readonly existing?: T } {
  if (typeof change !== 'object' || change === null) call.fail(`the change of ${what} must be an object.`);
  const { existing, ...fields } = change as { readonly existing?: unknown };
  const to = read(call, fields, `the change of ${what}`);
  if (Object.keys(to).length === 0) call.fail(`the change of ${what} changes nothing.`, 'Name at least one field.');
  return existing === undefined ? { to } : { to, existing: read(call, existing, "'existing'") };
}
