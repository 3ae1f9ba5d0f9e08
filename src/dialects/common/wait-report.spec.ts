import { setTimeout as sleep } from 'node:timers/promises';
import { WaitReport } from './wait-report.js';

const wait = { waitedMs: 5, limitMs: 100 };

it('reports a wait at once and again when its time has passed, each kind by itself', async () => {
  const heard: string[] = [];
  const report = new WaitReport((busyWith, { holder }) => heard.push(`${busyWith} ${holder?.pid}`), 50);
  let pid = 0;
  const find = () => ({ pid: (pid += 1) });
  await report.busy('runner', wait, find);
  await report.busy('runner', wait, find);
  await report.busy('reader', wait);
  expect(heard).toEqual(['runner 1', 'reader undefined']);
  await sleep(60);
  await report.busy('runner', wait, find);
  expect(heard).toEqual(['runner 1', 'reader undefined', 'runner 2']);
});

it('looks for nobody where nobody listens', async () => {
  const find = jest.fn();
  await new WaitReport(undefined).busy('runner', wait, find);
  expect(find).not.toHaveBeenCalled();
});
