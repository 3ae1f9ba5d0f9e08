import type { AlterColumn, ColumnChange } from '../../../operations/operation.js';
import type { ColumnModel } from '../../../schema/schema.model.js';
import { castLiteral } from '../../../sql/literals.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { identifier, quote } from '../names.js';
import { castTypeText, type ColumnType, isSameType, typeText } from '../types.js';
import { actualColumn, required } from './actual-column.js';
import { commentOnColumn, createEnumType, ownEnum, withOwnEnum } from './columns.js';
import { statements } from './compiler.js';
import { isText } from './casts.js';
import { conversion } from './conversion.js';
import { type CastRewrite, dependentsOf, rewriteCasts } from './dependents/dependents.js';
import { alterEnum } from './enums.js';
import { becomeGenerated, becomePlain } from './generated-column.js';
import { alterColumnPrefix, generationChange, retypeSequence } from './auto-increment.js';
import { isListConversion, isTextKind } from './list-conversion.js';

/**
 * Alters a column and keeps its values. What depends on the column and conflicts with the change is dropped before it and
 * re-created after it.
 */
export async function alterColumn(operation: AlterColumn, context: CompileContext): Promise<readonly Statement[]> {
  const { to } = operation;
  const actual = needsColumn(to) ? await actualColumn(operation, context) : undefined;
  if (typeof to.asExpression === 'string') return becomeGenerated(operation, required(actual, operation), context);

  const plain = to.asExpression === null ? await becomePlain(operation, actual, context) : [];
  const retype = await typeChange(operation, actual, context);
  const generation = await generationChange(operation.table, operation.column, actual, to, context);
  return [
    ...plain,
    ...retype.before,
    ...generation.end,
    ...retype.change,
    ...defaultChange(operation, retype.lostDefault),
    ...nullability(operation),
    ...generation.begin,
    ...(to.comment === undefined ? [] : [commentOnColumn(operation.table, operation.column, to.comment)]),
    ...retype.after,
  ];
}

const TYPE_FIELDS = [
  'type',
  'length',
  'precision',
  'scale',
  'isArray',
  'enum',
  'enumName',
  'spatialFeatureType',
  'srid',
  'collation',
] as const satisfies readonly (keyof ColumnChange)[];

function changesType(to: ColumnChange): boolean {
  return to.using !== undefined || TYPE_FIELDS.some((field) => to[field] !== undefined);
}

/** Whether the actual column must be known: not for a change of only default, nullability or comment. */
function needsColumn(to: ColumnChange): boolean {
  return (
    changesType(to) ||
    to.asExpression !== undefined ||
    to.generationStrategy !== undefined ||
    to.generatedIdentity !== undefined
  );
}

interface TypeChange {
  readonly before: readonly Statement[];
  readonly change: readonly Statement[];
  readonly after: readonly Statement[];
  /** The default that is dropped before the change and must be restored, as an expression for the new type. */
  readonly lostDefault?: string;
}

const UNCHANGED: TypeChange = { before: [], change: [], after: [] };

async function typeChange(
  operation: AlterColumn,
  actual: ColumnModel | undefined,
  context: CompileContext,
): Promise<TypeChange> {
  const { table, column, to } = operation;
  if (!changesType(to)) return UNCHANGED;
  const wanted = wantedType(operation, actual);
  const own = ownEnum(table, { ...wanted, name: column });
  const target = withOwnEnum(table, { ...wanted, name: column });
  const from = actual === undefined ? undefined : { ...actual, type: formerType(operation, actual) };
  if (from !== undefined && to.using === undefined && sameType(from, target)) {
    const values =
      own === undefined ? [] : await alterEnum({ kind: 'alterEnum', enum: own, values: own.values }, context);
    return { ...UNCHANGED, change: values };
  }
  const rewrite = actual === undefined ? undefined : enumRewrite(actual, target);
  const dependents = await dependentsOf({ columns: [{ table, column }], rewrite }, context);
  const { using, sameBase, helper } = conversion(column, from, target);
  const usesHelper = helper !== undefined && to.using === undefined;
  const dropsDefault = !sameBase && (actual?.default !== undefined || typeof to.default === 'string');
  const kept = dropsDefault && to.default === undefined ? actual?.default : undefined;
  return {
    before: dependents.drop,
    change: [
      ...statements(...(usesHelper ? [helper.create] : [])),
      ...statements(...(dropsDefault ? [`${alterColumnPrefix(table, column)} DROP DEFAULT`] : [])),
      ...(own === undefined ? [] : [createEnumType(own)]),
      ...statements(
        `${alterColumnPrefix(table, column)} TYPE ${typeText(target)}` +
          (wanted.collation === undefined ? '' : ` COLLATE ${quote(wanted.collation)}`) +
          usingClause(to.using ?? using),
      ),
      ...(actual?.generationStrategy === 'increment' && to.generationStrategy === undefined
        ? retypeSequence(table, column, target.type)
        : []),
      ...statements(...(usesHelper ? [helper.drop] : [])),
    ],
    after: dependents.restore,
    ...(kept === undefined ? {} : { lostDefault: adapted(kept, rewrite) }),
  };
}

function usingClause(expression: string | undefined): string {
  return expression === undefined ? '' : ` USING ${expression}`;
}

/**
 * The type that the change asks for. `type` replaces the whole type; without it the fields given replace those of the
 * column.
 */
function wantedType(operation: AlterColumn, actual: ColumnModel | undefined): ColumnType & { collation?: string } {
  const { to } = operation;
  const { using: _using, isNullable: _nullable, default: _default, comment: _comment, ...change } = to;
  const base = to.type === undefined ? required(actual, operation) : undefined;
  const { collation, ...rest } = { ...base, ...change };
  const type = { ...rest, type: rest.type ?? required(actual, operation).type };
  return typeof collation === 'string' ? { ...type, collation } : type;
}

function sameType(actual: ColumnModel, target: ColumnType & { readonly collation?: string }): boolean {
  return isSameType(actual, target) && actual.collation === target.collation && !isListConversion(actual, target);
}

/**
 * The previous type. In the catalog a `simple-array` or `simple-json` is `text`, so which of them it was is known only from
 * `existing`. A script knows it from earlier revisions too, but ignores that, so that it does the same as a run.
 */
function formerType({ existing }: AlterColumn, actual: ColumnModel): string {
  const was = existing?.type;
  if (was !== undefined && isTextKind(was) && isText(actual)) return was;
  return isTextKind(actual.type) ? 'text' : actual.type;
}

/** A pattern of the casts to text types that the catalog prints. */
const TEXT_CAST = String.raw`::(?:text|bpchar|citext|character(?: varying)?(?:\(\d+\))?)(?!\w)`;

/**
 * For a change between an enum and another type: in expressions on the column, casts to the old type become casts to the
 * new one. `status = 'new'::order_status` becomes `status = 'new'::text`.
 */
function enumRewrite(actual: ColumnModel, target: ColumnType): CastRewrite | undefined {
  const replacement = `::${castTypeText({ ...target, isArray: false })}`;
  if (actual.type === 'enum') return { pattern: enumCast(actual), replacement };
  return target.type === 'enum' ? { pattern: TEXT_CAST, replacement } : undefined;
}

/** A pattern of the casts to an enum: the catalog quotes names only when it must, and omits a schema on the search path. */
function enumCast({ enumName = '', enumSchema }: ColumnType): string {
  const inSchema = enumSchema === undefined ? '' : `(?:${eitherWay(enumSchema)}\\.)?`;
  return `::${inSchema}${eitherWay(enumName)}(?!\\w)`;
}

function eitherWay(name: string): string {
  const [plain, quoted] = [identifier(name), quote(name)].map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return `(?:${plain}|${quoted})`;
}

/** The previous default for the new type: a literal without its cast, any other expression with its casts rewritten. */
function adapted(expression: string, rewrite: CastRewrite | undefined): string {
  const { text, type } = castLiteral(expression, POSTGRES_SQL) ?? {};
  if (type !== undefined && text !== undefined) return text;
  return rewrite === undefined ? expression : rewriteCasts(expression, rewrite);
}

function defaultChange({ table, column, to }: AlterColumn, lost: string | undefined): readonly Statement[] {
  const wanted = to.default === undefined ? lost : to.default;
  if (wanted === undefined) return [];
  return statements(
    `${alterColumnPrefix(table, column)} ${wanted === null ? 'DROP DEFAULT' : `SET DEFAULT ${wanted}`}`,
  );
}

function nullability({ table, column, to }: AlterColumn): readonly Statement[] {
  if (to.isNullable === undefined) return [];
  return statements(`${alterColumnPrefix(table, column)} ${to.isNullable ? 'DROP' : 'SET'} NOT NULL`);
}
