import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanStep } from '../../repository/revision.js';
import { reportIdle } from './idle-report.js';
import { Interruption } from './interruption.js';
import { RunningStatements } from './running-statements.js';

describe('a revision in which no statement runs', () => {
  const step = { kind: 'upgrade', revision: { id: 'b2' }, from: [], to: ['b2'] } as unknown as PlanStep;

  it('is reported again and again, and not while a statement runs', async () => {
    const statements = new RunningStatements();
    const messages: string[] = [];
    const stop = reportIdle(step, { idleFor: () => statements.idleFor }, (message) => void messages.push(message), 40);
    await statements.during(() => sleep(150));
    expect(messages).toEqual([]);
    await sleep(200);
    stop();
    expect(messages.length).toBeGreaterThan(1);
    expect(messages[0]).toMatch(/^Still in the upgrade of b2: no statement has run for \d+ s\./);
  });

  it('is ended by what a listener throws', async () => {
    const interruption = new Interruption();
    const statements = new RunningStatements();
    const fail = (): never => {
      throw new Error('enough');
    };
    const stop = reportIdle(step, { idleFor: () => statements.idleFor, interruption }, fail, 20);
    await expect(interruption.happened).rejects.toThrow('enough');
    stop();
  });
});
