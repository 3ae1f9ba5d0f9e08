import { Injectable } from '@nestjs/common';
import { ConfigureMigrations, type MigrateConfig, type MigrateConfigurer, type Operation } from 'nestjs-migrate';
import { DataSource, type QueryRunner } from 'typeorm';
import { databaseCode } from './database-code.list.js';

/** A function, a trigger, a policy: what is made and dropped as a whole. */
export interface DatabaseObject {
  readonly create: string;
  readonly drop: string;
  /** A query for the statement that makes what the database has, as `sql`; no row when it has none. */
  readonly definition: string;
}

/** Lets `migrate` write the objects of the list that the database lacks or has otherwise. */
@Injectable()
@ConfigureMigrations()
export class DatabaseCode implements MigrateConfigurer {
  constructor(private readonly dataSource: DataSource) {}

  configure(config: MigrateConfig): void {
    const before = config.processRevisionDirectives;
    config.processRevisionDirectives = async (found) => {
      const directives = (await before?.(found)) ?? found;
      const changes = await this.changes();
      const upgrade = changes.flatMap(({ object, before }) => made(object, object.create, before));
      const downgrade = changes
        .toReversed()
        .flatMap(({ object, before }) => (before === undefined ? [object.drop] : made(object, before, object.create)));
      return directives.map((directive) => ({
        ...directive,
        upgrade: [...directive.upgrade, ...upgrade.map(execute)],
        downgrade: [...downgrade.map(execute), ...directive.downgrade],
      }));
    };
  }

  /** The objects to make, with the statement that makes them as they are; a test may expect that there are none. */
  async changes(): Promise<{ readonly object: DatabaseObject; readonly before?: string }[]> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const changes = [];
      for (const object of databaseCode[this.dataSource.options.type] ?? []) {
        const before = await definitionIn(runner, object);
        const isSame = before !== undefined && before === (await definitionOf(runner, object, before));
        if (!isSame) changes.push({ object, before });
      }
      return changes;
    } finally {
      await runner.release();
    }
  }
}

/** The statements that make an object, where `before` made the one that is there. */
function made(object: DatabaseObject, sql: string, before?: string): string[] {
  return before === undefined || sql.startsWith('CREATE OR REPLACE') ? [sql] : [object.drop, sql];
}

function execute(sql: string): Operation {
  return { kind: 'execute', sql };
}

async function definitionIn(runner: QueryRunner, { definition }: DatabaseObject): Promise<string | undefined> {
  const [row] = (await runner.query(definition)) as { sql: string }[];
  return row?.sql;
}

/** The object of the list as the database prints it: created in a transaction that is rolled back. */
async function definitionOf(runner: QueryRunner, object: DatabaseObject, before: string): Promise<string | undefined> {
  await runner.startTransaction();
  try {
    for (const sql of made(object, object.create, before)) await runner.query(sql);
    return await definitionIn(runner, object);
  } finally {
    await runner.rollbackTransaction();
  }
}
