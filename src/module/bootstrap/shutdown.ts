/** The signals at which Nest closes an application, of those that platforms send. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Notices that the process is asked to end while the application starts: Nest calls its shutdown hooks only when all `onModuleInit`
 * have ended, and so would wait for a run of migrations.
 *
 * It listens only to signals to which somebody listens already, as Nest does with `enableShutdownHooks()`: a signal without a listener
 * ends the process, and must go on to do so.
 */
export class ShutdownWatch {
  private readonly controller = new AbortController();
  private readonly watched = SIGNALS.filter((name) => process.listenerCount(name) > 0);
  private readonly listener = (name: NodeJS.Signals): void => this.controller.abort(name);

  constructor() {
    for (const name of this.watched) process.on(name, this.listener);
  }

  /** Aborted by the first of these signals, with its name as the reason. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  close(): void {
    for (const name of this.watched) process.off(name, this.listener);
  }
}
