/** A process of the application, whose parent calls methods of its fleet by messages. */
import { NestFactory } from '@nestjs/core';
import { MigrationFleet } from 'nestjs-migrate';
import { AppModule } from './app.module.mjs';

const application = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
const fleet = application.get(MigrationFleet);
process.on('message', async ({ id, method, args }) => {
  try {
    process.send({ id, value: await (method === 'close' ? application.close() : fleet[method](...args)) });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
