import type { ColumnChange, OperationOf } from '../../../operations/operation.js';
import type { ColumnModel } from '../../../schema/schema.model.js';
import { castLiteral } from '../../../sql/literals.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { identifier, quote } from '../names.js';
import { castTypeText, type ColumnType, isSameType, typeText } from '../types.js';
import { columnNow, required } from './column-now.js';
import { commentOnColumn, createEnumType, ownEnum, withOwnEnum } from './columns.js';
import { statements } from './compiler.js';
import { isText } from './casts.js';
import { conversion } from './conversion.js';
import { type CastRewrite, dependentsOf, rewriteCasts } from './dependents/dependents.js';
import { alterEnum } from './enums.js';
import { becomeGenerated, becomePlain } from './generated-column.js';
import { alterColumnPrefix, generationChange, retypeSequence } from './generation.js';
import { isListConversion, isTextKind } from './list-conversion.js';

type AlterColumn = OperationOf<'alterColumn'>;

/**
 * A change of a column that keeps its values.
 *
 * What depends on the column and would stop the change is dropped before and put back after.
 */
export async function alterColumn(operation: AlterColumn, context: CompileContext): Promise<readonly Statement[]> {
  const { to } = operation;
  const now = needsColumn(to) ? await columnNow(operation, context) : undefined;
  if (typeof to.asExpression === 'string') return becomeGenerated(operation, required(now, operation), context);

  const plain = to.asExpression === null ? await becomePlain(operation, now, context) : [];
  const retype = await typeChange(operation, now, context);
  const generation = await generationChange(operation.table, operation.column, now, to, context);
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

/** A change of nothing but default, nullability or comment is the same whatever the column is. */
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
  /** The default that had to go before the change and is to come back, as text that fits the new type. */
  readonly lostDefault?: string;
}

const UNCHANGED: TypeChange = { before: [], change: [], after: [] };

async function typeChange(
  operation: AlterColumn,
  now: ColumnModel | undefined,
  context: CompileContext,
): Promise<TypeChange> {
  const { table, column, to } = operation;
  if (!changesType(to)) return UNCHANGED;
  const wanted = wantedType(operation, now);
  const own = ownEnum(table, { ...wanted, name: column });
  const target = withOwnEnum(table, { ...wanted, name: column });
  const from = now === undefined ? undefined : { ...now, type: formerType(operation, now) };
  if (from !== undefined && to.using === undefined && sameType(from, target)) {
    const values =
      own === undefined ? [] : await alterEnum({ kind: 'alterEnum', enum: own, values: own.values }, context);
    return { ...UNCHANGED, change: values };
  }
  const rewrite = now === undefined ? undefined : enumRewrite(now, target);
  const dependents = await dependentsOf({ columns: [{ table, column }], rewrite }, context);
  const { using, sameBase, helper } = conversion(column, from, target);
  const usesHelper = helper !== undefined && to.using === undefined;
  const dropsDefault = !sameBase && (now?.default !== undefined || typeof to.default === 'string');
  const kept = dropsDefault && to.default === undefined ? now?.default : undefined;
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
      ...(now?.generationStrategy === 'increment' && to.generationStrategy === undefined
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

/** `type` stands for the whole type; without it, what is given goes over what the column is. */
function wantedType(operation: AlterColumn, now: ColumnModel | undefined): ColumnType & { collation?: string } {
  const { to } = operation;
  const { using: _using, isNullable: _nullable, default: _default, comment: _comment, ...change } = to;
  const base = to.type === undefined ? required(now, operation) : undefined;
  const { collation, ...rest } = { ...base, ...change };
  const type = { ...rest, type: rest.type ?? required(now, operation).type };
  return typeof collation === 'string' ? { ...type, collation } : type;
}

function sameType(now: ColumnModel, target: ColumnType & { readonly collation?: string }): boolean {
  return isSameType(now, target) && now.collation === target.collation && !isListConversion(now, target);
}

/**
 * The catalog has `text` where TypeORM keeps a list or JSON in one: what it was, the operation says. A script knows it from the
 * revisions as well, and yet does what a run does.
 */
function formerType({ existing }: AlterColumn, now: ColumnModel): string {
  const was = existing?.type;
  if (was !== undefined && isTextKind(was) && isText(now)) return was;
  return isTextKind(now.type) ? 'text' : now.type;
}

/** The casts that the catalog prints beside a text column. */
const TEXT_CAST = String.raw`::(?:text|bpchar|citext|character(?: varying)?(?:\(\d+\))?)(?!\w)`;

/**
 * Between an enum and another type, expressions on the column are put into words that the new type understands: casts to
 * the old type become casts to the new one.
 */
function enumRewrite(now: ColumnModel, target: ColumnType): CastRewrite | undefined {
  const replacement = `::${castTypeText({ ...target, isArray: false })}`;
  if (now.type === 'enum') return { pattern: enumCast(now), replacement };
  return target.type === 'enum' ? { pattern: TEXT_CAST, replacement } : undefined;
}

/** The catalog quotes a name only where it must, and names the schema only where the search path does not lead to it. */
function enumCast({ enumName = '', enumSchema }: ColumnType): string {
  const inSchema = enumSchema === undefined ? '' : `(?:${eitherWay(enumSchema)}\\.)?`;
  return `::${inSchema}${eitherWay(enumName)}(?!\\w)`;
}

function eitherWay(name: string): string {
  const [plain, quoted] = [identifier(name), quote(name)].map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return `(?:${plain}|${quoted})`;
}

/** An old default for the new type: a literal without the cast to the old one, an expression as it is. */
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
