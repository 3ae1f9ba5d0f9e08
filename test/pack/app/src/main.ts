import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { MigrationService } from 'nestjs-migrate';
import { AppModule } from './app.module.js';

/** Prints where the database stands, as an application asks for it. */
async function main(): Promise<void> {
  const application = await NestFactory.createApplicationContext(AppModule, { logger: false });
  console.log(JSON.stringify(await application.get(MigrationService).status()));
  await application.close();
}

void main();
