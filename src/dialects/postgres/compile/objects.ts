import type { SequenceModel, ViewModel } from '../../../schema/schema.model.js';
import type { Statement } from '../../dialect.js';
import { quote, quoteQualified } from '../names.js';
import { type CompilersOf, statements } from './compiler.js';
import { createIndexes } from './indexes.js';

/** Views, sequences, schemas and extensions, and SQL as it is written. */
export const objectCompilers: CompilersOf<
  | 'createView'
  | 'dropView'
  | 'createSequence'
  | 'dropSequence'
  | 'createSchema'
  | 'dropSchema'
  | 'createExtension'
  | 'dropExtension'
  | 'execute'
> = {
  createView: ({ view }) => createView(view),
  dropView: ({ view, materialized, was }) =>
    statements(`DROP ${materialized || was?.materialized ? 'MATERIALIZED ' : ''}VIEW ${quoteQualified(view)}`),

  createSequence: ({ sequence }) => statements(createSequence(sequence)),
  dropSequence: ({ sequence }) => statements(`DROP SEQUENCE ${quoteQualified(sequence)}`),

  createSchema: ({ name }) => statements(`CREATE SCHEMA ${quote(name)}`),
  dropSchema: ({ name }) => statements(`DROP SCHEMA ${quote(name)}`),

  // TypeORM installs the extensions that entities need when it connects, so they may stand already, or again.
  createExtension: ({ name }) => statements(`CREATE EXTENSION IF NOT EXISTS ${quote(name)}`),
  dropExtension: ({ name }) => statements(`DROP EXTENSION IF EXISTS ${quote(name)}`),

  execute: ({ sql, parameters }) => [
    { sql, ...(parameters && { parameters }), ...(ADDS_ENUM_VALUE.test(sql) && { commitAfter: true }) },
  ],
};

/** Written by hand it is no less unusable before a commit than what `op.addEnumValue` writes. */
const ADDS_ENUM_VALUE = /^\s*ALTER\s+TYPE\s[\s\S]*?\sADD\s+VALUE\s/i;

function createView(view: ViewModel): readonly Statement[] {
  const kind = view.materialized ? 'MATERIALIZED VIEW' : 'VIEW';
  return [
    { sql: `CREATE ${kind} ${quoteQualified(view)} AS\n${viewQuery(view)}` },
    ...createIndexes(view, view.indices),
  ];
}

/** The query of a view without a semicolon at its end. */
export function viewQuery(view: Pick<ViewModel, 'expression'>): string {
  return view.expression.replace(/[\s;]+$/, '');
}

function createSequence(sequence: SequenceModel): string {
  return [
    `CREATE SEQUENCE ${quoteQualified(sequence)}`,
    sequence.increment === undefined ? '' : `INCREMENT BY ${sequence.increment}`,
    sequence.start === undefined ? '' : `START WITH ${sequence.start}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
