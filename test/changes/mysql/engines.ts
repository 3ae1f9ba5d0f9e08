import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import type { Entity as EntityClass } from '../change.js';
import type { MysqlChange } from './change.js';

/** An entity with columns of numbers; only a decorator takes an engine. */
function numbers(name: string, engine: string | undefined, columns: readonly string[]): EntityClass {
  class Numbers {}
  Entity({ name, ...(engine !== undefined && { engine }) })(Numbers);
  PrimaryGeneratedColumn()(Numbers.prototype, 'id');
  for (const column of columns) Column({ type: 'int', default: 3 })(Numbers.prototype, column);
  return Numbers;
}

function childOf(parent: EntityClass, engine?: string): EntityClass {
  const child = numbers('k', engine, []) as new () => object;
  ManyToOne(() => parent as never)(child.prototype, 'p');
  JoinColumn({ name: 'pId', foreignKeyConstraintName: 'FK_k_p' })(child.prototype, 'p');
  return child;
}

const own = (engine?: string, ...columns: string[]): EntityClass => numbers('t', engine, ['c', ...columns]);
const parent = numbers('p', undefined, []);
const rows = ['INSERT INTO t (c) VALUES (5), (7)'];
const kept = [{ c: 5 }, { c: 7 }];
const reads = ['SELECT c FROM t ORDER BY id', kept, kept] as const;

/** Tables whose entities get another storage engine. */
export const engines: readonly MysqlChange[] = [
  {
    title: 'an engine with transactions for one without',
    before: [own('MyISAM')],
    after: [own('InnoDB')],
    rows,
    reads,
  },
  { title: 'an engine without transactions', before: [own()], after: [own('MYISAM')], rows, reads },
  {
    title: 'another engine and another column at once',
    before: [own('InnoDB')],
    after: [own('MyISAM', 'd')],
    rows,
    reads,
    isSynchronized: true,
  },
  {
    title: 'an engine that is named no longer, which stays',
    before: [own('MyISAM')],
    after: [own(undefined, 'd')],
    rows,
    reads: [
      `SELECT engine FROM information_schema.tables WHERE table_schema = database() AND table_name = 't'`,
      [{ engine: 'MyISAM' }],
      [{ engine: 'MyISAM' }],
    ],
  },
  {
    title: 'options of the table behind the name of its engine, which are no difference',
    before: [own('InnoDB ROW_FORMAT=COMPRESSED')],
    after: [own('InnoDB ROW_FORMAT=COMPRESSED', 'd')],
    rows,
    reads,
    isSynchronized: true,
  },
  {
    title: 'an engine without foreign keys for a table that has one',
    before: [parent, childOf(parent)],
    after: [parent, childOf(parent, 'MyISAM')],
    rows: ['INSERT INTO p (id) VALUES (1)', 'INSERT INTO k (pId) VALUES (1)'],
    reads: ['SELECT pId FROM k', [{ pId: 1 }], [{ pId: 1 }]],
  },
  {
    title: 'an engine with foreign keys for a table with a relation, and with orphans',
    before: [parent, childOf(parent, 'MyISAM')],
    after: [parent, childOf(parent, 'InnoDB')],
    rows: ['INSERT INTO k (pId) VALUES (9)'],
    reads: ['SELECT pId FROM k', [{ pId: 9 }], [{ pId: 9 }]],
    refused: /1 row has a value that no row/,
  },
];
