import type { DataSource, QueryRunner } from 'typeorm';

type Query = (this: QueryRunner, ...args: unknown[]) => Promise<unknown>;

/** A fuse in the query runners of a data source: after so many statements none comes through, as when the process has died. */
export class Fuse {
  readonly remove: () => void;

  /**
   * @param left statements that come through
   * @param isDone whether the one behind them is done, and only its answer is lost
   */
  constructor(
    dataSource: DataSource,
    private left: number,
    private readonly isDone: boolean,
  ) {
    const prototype = Object.getPrototypeOf(dataSource.createQueryRunner()) as { query: Query };
    const { query } = prototype;
    const pass = (runner: QueryRunner, args: unknown[]): Promise<unknown> => this.pass(() => query.apply(runner, args));
    prototype.query = function (...args) {
      return pass(this, args);
    };
    this.remove = () => void (prototype.query = query);
  }

  private async pass(send: () => Promise<unknown>): Promise<unknown> {
    this.left -= 1;
    if (this.left > 0) return send();
    if (this.left === 0 && this.isDone) await send().catch(() => undefined);
    throw new Error('the process is dead');
  }
}
