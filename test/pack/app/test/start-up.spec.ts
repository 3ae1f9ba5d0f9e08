import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { InjectDataSource, TypeOrmModule } from '@nestjs/typeorm';
import { ListenToMigrations, MigrateModule, type MigrationListener, type RunEndEvent } from 'nestjs-migrate';
import { MigrationHealthIndicator } from 'nestjs-migrate/terminus';
import { DataSource } from 'typeorm';
import { User } from '../src/user.entity.js';

@Injectable()
class Journal {
  readonly notes: string[] = [];
}

/** Queries a table that the migrations make: in a global module, which Nest initialises before all others. */
@Injectable()
class Census implements OnModuleInit {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly journal: Journal,
  ) {}

  async onModuleInit(): Promise<void> {
    this.journal.notes.push(`${await this.dataSource.getRepository(User).count()} users`);
  }
}

@Injectable()
@ListenToMigrations()
class Audit implements MigrationListener {
  constructor(private readonly journal: Journal) {}

  onRunEnd({ command, result }: RunEndEvent): void {
    this.journal.notes.push(`${command}: ${result?.steps.length ?? 'failed'}`);
  }
}

@Global()
@Module({ providers: [Journal, Census, Audit], exports: [Journal] })
class CensusModule {}

describe('an application with upgradeOnBootstrap', () => {
  const directory = mkdtempSync(join(tmpdir(), 'start-up-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('is upgraded before any onModuleInit, tells its listeners, and is healthy', async () => {
    const application = await Test.createTestingModule({
      imports: [
        CensusModule,
        TypeOrmModule.forRoot({
          type: 'better-sqlite3',
          database: join(directory, 'app.sqlite'),
          autoLoadEntities: true,
        }),
        TypeOrmModule.forFeature([User]),
        TerminusModule,
        MigrateModule.forRoot({ upgradeOnBootstrap: true }),
      ],
      providers: [MigrationHealthIndicator],
    }).compile();
    await application.init();
    expect(application.get(Journal, { strict: false }).notes).toEqual(['upgrade: 2', '0 users']);
    expect(await application.get(MigrationHealthIndicator).isUpToDate()).toMatchObject({
      migrations: { status: 'up', dataSources: { default: { state: 'current' } } },
    });
    await application.close();
  });
});
