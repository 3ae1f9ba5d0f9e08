import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MigrateModule, MigrationFleet } from 'nestjs-migrate';

/**
 * A process that runs a fleet: `node coordinator.mjs <what it works on, as JSON>`. It prints "ready", begins when it is told to, prints
 * each tenant that has ended, and at last the report.
 */
const { options, directory, tenants, call = {}, entry = {} } = JSON.parse(process.argv[2]);
const say = (word) => process.stdout.write(`${word}\n`);

class Application {}
const module = {
  module: Application,
  imports: [
    TypeOrmModule.forRoot({ ...options, retryAttempts: 0 }),
    MigrateModule.forRoot({
      directory,
      dataSources: [{ ...entry, tenants: { useFactory: () => ({ tenants: () => tenants }) } }],
    }),
  ],
};
const application = await NestFactory.createApplicationContext(module, { logger: false });
const fleet = application.get(MigrationFleet);
process.stdin.unref?.();
process.stdin.once('data', async () => {
  const { command = 'upgrade', args = [], ...rest } = call;
  const onProgress = ({ ended }) => ended && say(`ended ${ended.tenant}`);
  try {
    say(JSON.stringify(await fleet[command](...args, { ...rest, onProgress })));
  } catch (error) {
    say(JSON.stringify({ code: error.code, message: error.message }));
  }
  process.stdin.destroy();
  await application.close();
});
say('ready');
