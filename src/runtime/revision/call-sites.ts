import { pathToFileURL } from 'node:url';

/** Frames to look through: an error thrown deep in TypeORM has the revision's own line far down. */
const FRAMES = 100;

/**
 * The errors of an object's asynchronous methods, and where their calls were made.
 *
 * A driver's error is made long after the call returned, so its stack often no longer holds the caller.
 */
export class CallSites {
  private readonly stacks = new WeakMap<object, Stack>();

  /** The same object, its methods remembering the place of each call. */
  trace<T extends object>(target: T): T {
    // A proxy of an empty object: one of a frozen target might not answer with other functions than the target's own.
    return new Proxy({} as T, {
      get: (_, property) => {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        const traced = (...args: unknown[]): unknown => {
          const stack = stackAbove(traced);
          const result: unknown = Reflect.apply(value, target, args);
          if (isPromise(result)) listen(result, (error) => this.remember(error, stack));
          return result;
        };
        return traced;
      },
    });
  }

  /** The line of `file` that led to the error; undefined when no stack tells it. */
  lineOf(error: unknown, file: string | undefined): number | undefined {
    if (file === undefined || typeof error !== 'object' || error === null) return undefined;
    const { stack } = error as { stack?: unknown };
    return lineIn(typeof stack === 'string' ? stack : undefined, file) ?? lineIn(this.stacks.get(error)?.text, file);
  }

  private remember(error: unknown, stack: Stack): void {
    if (typeof error === 'object' && error !== null && !this.stacks.has(error)) this.stacks.set(error, stack);
  }
}

/** A stack whose text is made when somebody reads it. */
export interface Stack {
  readonly text: string;
}

/**
 * The stack of whoever called `callee`, deeper than the process is set to record.
 *
 * To find the line of a frame takes V8 the longer, the further down in its function the call is: done for each call, a
 * revision of four times the statements would take sixteen times as long. So the text waits until a call has failed.
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

/** The first line number that a stack gives for a file. */
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

/** Hears of a rejection without seeming to wait for it: the queue behind `op` tells awaited calls from forgotten ones. */
function listen(promise: Promise<unknown>, onError: (error: unknown) => void): void {
  void Promise.prototype.then.call(promise, undefined, onError);
}

/** By shape: a revision may run in another realm than this file, as it does under Jest. */
function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { catch?: unknown } | null | undefined)?.catch === 'function';
}
