import type { SequenceChange } from '../../../operations/operation.js';
import { quote, quoteQualified } from '../names.js';
import { stringLiteral } from '../literal.js';
import { type CompilersOf, statements } from './compiler.js';
import { moveRelation } from './renames.js';
import { pathAt } from '../../../sql/paths.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { beginsWith } from '../../../sql/statements.js';

/** Compilers of operations on sequences, schemas and extensions, and of `op.execute`. */
export const objectCompilers: CompilersOf<
  | 'createSequence'
  | 'dropSequence'
  | 'renameSequence'
  | 'alterSequence'
  | 'createSchema'
  | 'renameSchema'
  | 'createExtension'
  | 'alterExtension'
  | 'execute'
> = {
  createSequence: ({ sequence, ifNotExists }) =>
    statements(
      [
        `CREATE SEQUENCE ${ifNotExists ? 'IF NOT EXISTS ' : ''}${quoteQualified(sequence)}`,
        ...clausesOf(sequence),
      ].join(' '),
    ),
  dropSequence: ({ sequence, ifExists }) =>
    statements(`DROP SEQUENCE ${ifExists ? 'IF EXISTS ' : ''}${quoteQualified(sequence)}`),
  renameSequence: ({ sequence, to }) => moveRelation('SEQUENCE', sequence, to),
  alterSequence: ({ sequence, to }) =>
    statements([`ALTER SEQUENCE ${quoteQualified(sequence)}`, ...clausesOf(to)].join(' ')),

  createSchema: ({ name, ifNotExists }) =>
    statements(`CREATE SCHEMA ${ifNotExists ? 'IF NOT EXISTS ' : ''}${quote(name)}`),
  renameSchema: ({ from, to }) => statements(`ALTER SCHEMA ${quote(from)} RENAME TO ${quote(to)}`),

  // TypeORM installs the extensions that entities need when it connects, so they may exist already.
  createExtension: ({ name, schema, version }) =>
    statements(
      `CREATE EXTENSION IF NOT EXISTS ${quote(name)}` +
        (schema === undefined ? '' : ` SCHEMA ${quote(schema)}`) +
        (version === undefined ? '' : ` VERSION ${stringLiteral(version)}`),
    ),
  alterExtension: ({ name, to: { schema, version } }) =>
    statements(
      ...(version === undefined ? [] : [`ALTER EXTENSION ${quote(name)} UPDATE TO ${stringLiteral(version)}`]),
      ...(schema === undefined ? [] : [`ALTER EXTENSION ${quote(name)} SET SCHEMA ${quote(schema)}`]),
    ),

  execute: ({ sql, parameters }) => [
    { sql, ...(parameters && { parameters }), ...(addsEnumValue(sql) && { commitAfter: true }) },
  ],
};

/** ALTER TYPE … ADD VALUE in raw SQL: as with `op.addEnumValue`, the value cannot be used before a commit. */
function addsEnumValue(sql: string): boolean {
  if (!beginsWith(sql, POSTGRES_SQL, 'ALTER', 'TYPE')) return false;
  const code = codeTokens(sql, POSTGRES_SQL);
  const next = pathAt(code, 2)?.next ?? 0;
  return code[next]?.is('ADD') === true && code[next + 1]?.is('VALUE') === true;
}

/** The options of CREATE SEQUENCE and ALTER SEQUENCE. */
function clausesOf(options: SequenceChange): readonly string[] {
  const { increment, minValue, maxValue, start, restart, cycle } = options;
  return [
    ...(increment === undefined ? [] : [`INCREMENT BY ${increment}`]),
    ...(minValue === undefined ? [] : [minValue === null ? 'NO MINVALUE' : `MINVALUE ${minValue}`]),
    ...(maxValue === undefined ? [] : [maxValue === null ? 'NO MAXVALUE' : `MAXVALUE ${maxValue}`]),
    ...(start === undefined ? [] : [`START WITH ${start}`]),
    ...(restart === undefined ? [] : [`RESTART WITH ${restart}`]),
    ...(cycle === undefined ? [] : [cycle ? 'CYCLE' : 'NO CYCLE']),
  ];
}
