import type { Provider } from '@nestjs/common';
import { Queue } from 'bullmq';
import { provideFleetEngine, provideFleetWorker } from 'nestjs-migrate/bullmq';
import * as byPgBoss from 'nestjs-migrate/pg-boss';
import { PgBoss } from 'pg-boss';

/** What an application with each queue of fleets has among its providers. */
const providers: Provider[] = [
  provideFleetEngine({ inject: ['TENANTS'], useFactory: (queue: Queue) => queue }),
  provideFleetWorker({ useFactory: () => new Queue('tenants', { connection: {} }), concurrency: 2 }),
  byPgBoss.provideFleetEngine({ inject: [PgBoss], useFactory: (boss: PgBoss) => boss }),
  byPgBoss.provideFleetWorker({ useFactory: () => new PgBoss('postgres://').start(), dataSource: 'default' }),
];

console.log(providers.length);
