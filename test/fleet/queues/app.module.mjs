/** An application whose fleet has a queue, as its environment says. */
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MigrateModule } from 'nestjs-migrate';

const { url, directory, tenants, engine, isWorker, name, redis } = JSON.parse(process.env.TEST_QUEUE);

const engines = {
  'pg-boss': async () => {
    const { PgBoss } = await import('pg-boss');
    const watch = { superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 };
    return new PgBoss({ connectionString: url, schema: 'boss', ...watch }).on('error', report).start();
  },
  bullmq: async () => {
    const { Queue } = await import('bullmq');
    return new Queue(name, { connection: { port: redis } }).on('error', report);
  },
};

function report(error) {
  console.error(`${engine}: ${error.message}`);
}

const { provideFleetEngine, provideFleetWorker } = await import(`nestjs-migrate/${engine}`);
const provided = { inject: ['ENGINE'], useFactory: (instance) => instance };

export class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url }),
    MigrateModule.forRoot({
      directory,
      dataSources: [
        {
          tenants: {
            useFactory: () => ({ tenants: () => tenants.map((id) => ({ id, schema: id })) }),
            concurrency: 4,
            tenantTimeout: 300,
          },
        },
      ],
    }),
  ],
  providers: [
    { provide: 'ENGINE', useFactory: engines[engine] },
    provideFleetEngine(provided),
    ...(isWorker ? [provideFleetWorker({ ...provided, concurrency: 2 })] : []),
  ],
})(AppModule);
