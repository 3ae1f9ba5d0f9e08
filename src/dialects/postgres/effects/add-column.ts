import type { KnownDomain, QualifiedName } from '../../../schema/schema.model.js';
import type { ColumnClause } from '../../../sql/ddl/statement.js';
import type { TableWork } from '../../effects.js';
import { addedConstraint } from './constraints.js';
import { defaultCost } from './default-cost.js';
import type { Known } from './facts.js';
import { lock } from './locks.js';
import type { PartialEffects } from '../../common/effects/joined.js';
import { joined } from './joined.js';
import { isBuiltIn, parsedType } from './type-change.js';

const SERIAL = /^(?:small|big)?serial[248]?$/;

/** ADD COLUMN: the catalog alone, unless each row gets a value of its own, or has to be looked at. */
export function addColumn(table: QualifiedName, column: ColumnClause, known: Known): PartialEffects {
  const rewrite = rewriteReason(column, known);
  const isConstant = rewrite === undefined && isDefault(column);
  const isFilled = rewrite !== undefined || isConstant;
  const isRequired = column.isNotNull === true && !isFilled && column.generated === undefined;
  const constraints = column.constraints.map((constraint) =>
    constraintOfColumn(table, constraint, { isFilled, isConstant }, known),
  );
  return joined([
    { locks: [lock(table, 'ACCESS EXCLUSIVE')] },
    ...(rewrite === undefined
      ? []
      : [
          {
            work: [{ kind: 'rewrite' as const, table, column: column.name, ...rewrite.work }],
            unknown: rewrite.unknown,
          },
        ]),
    ...(isRequired || (column.generated === 'virtual' && column.isNotNull)
      ? [{ work: [{ kind: 'scan' as const, table }] }]
      : []),
    ...(isRequired
      ? [
          { fails: [{ table, column: column.name, on: 'any' as const }] },
          { breaks: [{ how: 'required' as const, name: table, column: column.name }] },
        ]
      : []),
    ...constraints,
    typeFacts(column, known),
  ]);
}

interface Rewrite {
  readonly work: Pick<TableWork, 'reason'>;
  readonly unknown: readonly string[];
}

function rewriteReason(column: ColumnClause, known: Known): Rewrite | undefined {
  const because = (reason: string, unknown: readonly string[] = []): Rewrite => ({ work: { reason }, unknown });
  if (SERIAL.test(parsedType(column.type).name) || column.isIdentity) return because('each row gets a number');
  if (column.generated === 'stored') return because('each row gets the computed value');
  const domain = domainOf(column, known);
  if (domain?.hasRules) return because(`the domain ${column.type} has a constraint`);
  const given = column.default ?? domain?.default;
  if (given === undefined) return undefined;
  const cost = defaultCost(given, (name) => known.isVolatile(name));
  if (!cost.isVolatile) return undefined;
  const doubt =
    cost.unknown === undefined
      ? []
      : [`whether the function ${cost.unknown} is declared STABLE or IMMUTABLE: then no row is written`];
  return because(`the default ${given} is computed for each row`, doubt);
}

/** The domain that a column is of, as far as it is known. */
function domainOf({ type }: ColumnClause, known: Known): KnownDomain | undefined {
  const { name } = parsedType(type);
  return isBuiltIn(name) ? undefined : known.domain(name);
}

function typeFacts(column: ColumnClause, known: Known): PartialEffects {
  const { name } = parsedType(column.type);
  const isEnum = known.facts.schema.enums.some((each) => each.name === name);
  if (isBuiltIn(name) || SERIAL.test(name) || isEnum || domainOf(column, known) !== undefined) return {};
  return { unknown: [`whether ${column.type} is a domain with a constraint: then all rows are written`] };
}

interface Filled {
  /** Old rows get a value, */
  readonly isFilled: boolean;
  /** and all the same one. */
  readonly isConstant: boolean;
}

function constraintOfColumn(
  table: QualifiedName,
  constraint: ColumnClause['constraints'][number],
  { isFilled, isConstant }: Filled,
  known: Known,
): PartialEffects {
  const effects = addedConstraint(table, constraint, known);
  switch (constraint.type) {
    case 'foreignKey':
      // A key over NULLs has nothing to look up.
      return isFilled ? effects : { ...effects, work: [], fails: [] };
    case 'check': {
      const takesNull = !isFilled && !/\bIS\s+NOT\s+NULL\b/i.test(constraint.expression ?? '');
      return takesNull ? { ...effects, fails: [] } : effects;
    }
    case 'unique':
    case 'primaryKey':
      return isConstant ? effects : { ...effects, fails: effects.fails?.filter(({ on }) => on !== 'duplicates') ?? [] };
    default:
      return effects;
  }
}

function isDefault(column: ColumnClause): boolean {
  return column.default !== undefined && !/^null$/i.test(column.default);
}
