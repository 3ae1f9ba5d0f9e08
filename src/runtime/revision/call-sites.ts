import { pathToFileURL } from 'node:url';

/** Frames that a stack records: the revision's own line is far down when an error is thrown deep in TypeORM. */
const FRAMES = 100;

/**
 * Where the calls of an object's asynchronous methods were made, by the errors that they failed with.
 *
 * A driver creates its error long after the call returned, so that its stack often does not include the caller.
 */
export class CallSites {
  private readonly stacks = new WeakMap<object, Stack>();
  private calling: Stack | undefined;

  /** Where the call was made that is being read; of no call: nowhere. */
  get current(): Stack {
    return this.calling ?? { text: '' };
  }

  /** The object with methods that remember where they were called. */
  trace<T extends object>(target: T): T {
    // A proxy of an empty object: that of a frozen target may return no other functions than the target's own.
    return new Proxy({} as T, {
      get: (_, property) => {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        const traced = (...args: unknown[]): unknown => {
          const stack = stackAbove(traced);
          this.calling = stack;
          const result: unknown = Reflect.apply(value, target, args);
          this.calling = undefined;
          if (isPromise(result)) listen(result, (error) => this.remember(error, stack));
          return result;
        };
        return traced;
      },
    });
  }

  /** The line of `file` that led to the error; undefined when no stack has it. */
  lineOf(error: unknown, file: string | undefined): number | undefined {
    if (file === undefined || typeof error !== 'object' || error === null) return undefined;
    const { stack } = error as { stack?: unknown };
    return lineIn(typeof stack === 'string' ? stack : undefined, file) ?? lineIn(this.stacks.get(error)?.text, file);
  }

  /** Takes an error for one of the call that another one is of. */
  follow(error: object, other: object): void {
    const stack = this.stacks.get(other);
    if (stack !== undefined) this.stacks.set(error, stack);
  }

  private remember(error: unknown, stack: Stack): void {
    if (typeof error === 'object' && error !== null && !this.stacks.has(error)) this.stacks.set(error, stack);
  }
}

/** A stack whose text is made when it is first read. */
export interface Stack {
  readonly text: string;
}

/**
 * The stack of the caller of `callee`, deeper than the process is set to record.
 *
 * The time that V8 needs to find the line of a frame grows with the position of the call in its function: done for each call, a
 * revision with four times the statements would take sixteen times as long. So the text is made only when a call has failed.
 */
export function stackAbove(callee: (...args: never[]) => unknown): Stack {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callee);
  Error.stackTraceLimit = limit;
  return {
    get text() {
      return holder.stack ?? '';
    },
  };
}

/** The first line number of a file in a stack. */
export function lineIn(stack: string | undefined, file: string): number | undefined {
  if (stack === undefined) return undefined;
  for (const name of [file, pathToFileURL(file).href]) {
    for (let at = stack.indexOf(`${name}:`); at !== -1; at = stack.indexOf(`${name}:`, at + 1)) {
      const line = /^\d+/.exec(stack.slice(at + name.length + 1));
      if (line) return Number(line[0]);
    }
  }
  return undefined;
}

/**
 * Listens to a rejection without calling the promise's own `then`, by which the queue behind `op` recognizes that a call is
 * awaited.
 */
function listen(promise: Promise<unknown>, onError: (error: unknown) => void): void {
  void Promise.prototype.then.call(promise, undefined, onError);
}

/** Whether a value is a promise, by its shape: a revision may run in another realm than this file, as it does under Jest. */
function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { catch?: unknown } | null | undefined)?.catch === 'function';
}
