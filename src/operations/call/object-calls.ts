import type { Call } from './call.js';
import { readFlags, readMove, readRename } from './call-options.js';
import { type ConstraintNaming, readView } from './from-options.js';
import type { ExtensionCalls, SchemaCalls, SequenceCalls } from '../interface/objects.js';
import type { ViewCalls } from '../interface/views.js';
import { readSequence, readSequenceChange, SEQUENCE_FIELDS } from './from-sequence-options.js';
import type { ExtensionPlace, Operation } from '../operation.js';

/** Reads a call of `op`, and runs what it means when its turn comes. */
export type Run = (
  method: string,
  args: readonly unknown[],
  read: (call: Call) => Operation | undefined,
) => Promise<void>;

export function viewMethods(run: Run, naming?: ConstraintNaming): ViewCalls {
  return {
    createView: (view, options) =>
      run('createView', [view], (call) => ({
        kind: 'createView',
        view: readView(call, view, naming),
        ...readFlags(call, options, 'restore'),
      })),
    dropView: (view, options) =>
      run('dropView', [view], (call) => ({
        kind: 'dropView',
        view: call.target(view, 'the view'),
        ...readFlags(call, options, 'materialized', 'keep', 'ifExists'),
      })),
    renameView: (view, to) =>
      run('renameView', [view, to], (call) => ({ kind: 'renameView', ...readMove(call, 'view', view, to) })),
    alterView: (view, change) =>
      run('alterView', [view], (call) => {
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

export function sequenceMethods(run: Run): SequenceCalls {
  return {
    createSequence: (sequence, options) =>
      run('createSequence', [sequence], (call) => {
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
      run('dropSequence', [sequence], (call) => ({
        kind: 'dropSequence',
        sequence: call.target(sequence, 'the sequence'),
        ...readFlags(call, options, 'ifExists'),
      })),
    renameSequence: (sequence, to) =>
      run('renameSequence', [sequence, to], (call) => ({
        kind: 'renameSequence',
        ...readMove(call, 'sequence', sequence, to),
      })),
    alterSequence: (sequence, change) =>
      run('alterSequence', [sequence], (call) => ({
        kind: 'alterSequence',
        sequence: call.target(sequence, 'the sequence'),
        ...readChange(call, change, 'the sequence', readSequenceChange),
      })),
  };
}

export function schemaMethods(run: Run): SchemaCalls {
  return {
    createSchema: (name, options) =>
      run('createSchema', [name], (call) => ({
        kind: 'createSchema',
        name: call.name(name, 'the name of the schema'),
        ...readFlags(call, options, 'ifNotExists'),
      })),
    dropSchema: (name, options) =>
      run('dropSchema', [name], (call) => ({
        kind: 'dropSchema',
        name: call.name(name, 'the name of the schema'),
        ...readFlags(call, options, 'ifExists', 'ifUnused'),
      })),
    renameSchema: (from, to) =>
      run('renameSchema', [from, to], (call) => ({ kind: 'renameSchema', ...readRename(call, 'schema', from, to) })),
  };
}

export function extensionMethods(run: Run): ExtensionCalls {
  return {
    createExtension: (name, options) =>
      run('createExtension', [name], (call) => ({
        kind: 'createExtension',
        name: call.name(name, 'the name of the extension'),
        ...readExtension(call, options ?? {}, 'the extension'),
      })),
    dropExtension: (name, options) =>
      run('dropExtension', [name], (call) => ({
        kind: 'dropExtension',
        name: call.name(name, 'the name of the extension'),
        ...readFlags(call, options, 'ifUnused'),
      })),
    alterExtension: (name, change) =>
      run('alterExtension', [name], (call) => ({
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

/** What something is to become, and in `existing` how it was. */
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
