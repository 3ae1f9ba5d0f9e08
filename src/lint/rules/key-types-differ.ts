import { keysAddedBy } from '../keys.js';
import type { LintRule } from '../rule.js';
import { targetOf, tableOf } from '../subject.js';

/** Integer types by their bytes. */
const BYTES: Readonly<Record<string, number>> = {
  smallint: 2,
  int2: 2,
  smallserial: 2,
  serial2: 2,
  integer: 4,
  int: 4,
  int4: 4,
  serial: 4,
  serial4: 4,
  bigint: 8,
  int8: 8,
  bigserial: 8,
  serial8: 8,
};

/** A foreign key whose column is of another integer type than the key. */
export const rule: LintRule = {
  code: 'key-types-differ',
  class: 'style',
  level: 'warning',
  summary: 'The column of a foreign key is of another integer type than the key that it refers to.',
  explanation: `An \`integer\` column holds no number over 2,147,483,647, so that no row can refer to a row of its \`bigint\` parent with a larger one; and each look-up
converts the value.
Give both the same type.`,
  databases: ['postgres', 'mysql'],
  example: {
    facts: {
      scene: `await op.createTable({ name: 'author', columns: [{ name: 'id', type: 'bigint', isPrimary: true }] });`,
    },
    unsafe: `await op.createTable({ name: 'poem',
  columns: [{ name: 'id', type: 'bigint', isPrimary: true }, { name: 'authorId', type: 'integer' }],
  foreignKeys: [{ name: 'FK_poem_author', columnNames: ['authorId'], referencedTableName: 'author', referencedColumnNames: ['id'] }],
});`,
    target: 'poem.authorId',
    safe: [
      `await op.createTable({ name: 'poem',
  columns: [{ name: 'id', type: 'bigint', isPrimary: true }, { name: 'authorId', type: 'bigint' }],
  foreignKeys: [{ name: 'FK_poem_author', columnNames: ['authorId'], referencedTableName: 'author', referencedColumnNames: ['id'] }],
  indices: [{ name: 'IDX_poem_author', columnNames: ['authorId'] }],
});`,
    ],
  },
  call: (call, run) =>
    keysAddedBy(call, run).flatMap(({ table, columns, parent, parentColumns, created }) => {
      const own = (created ?? tableOf(call, table))?.columns ?? [];
      const other = tableOf(call, parent);
      const referenced = parentColumns.length > 0 ? parentColumns : (other?.primaryKey?.columnNames ?? []);
      return columns.flatMap((column, at) => {
        const type = own.find(({ name }) => name === column)?.type;
        const wanted = other?.columns.find(({ name }) => name === referenced[at])?.type;
        const [bytes, wantedBytes] = [BYTES[type ?? ''], BYTES[wanted ?? '']];
        if (bytes === undefined || wantedBytes === undefined || bytes === wantedBytes) return [];
        return [
          {
            target: targetOf(table, column),
            message: `${targetOf(table, column)} is ${type}, and ${targetOf(parent, referenced[at])} is ${wanted}.`,
          },
        ];
      });
    }),
};
