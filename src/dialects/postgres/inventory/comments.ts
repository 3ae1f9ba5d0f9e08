import { type DatabaseObject, RANKS } from '../../inventory.js';
import { stringLiteral } from '../literal.js';
import { type Catalog, FIRST_OBJECT, idOf, read, withoutOwn } from './catalog.js';

interface CommentRow {
  readonly class: string;
  readonly oid: number;
  readonly column: number;
  readonly text: string;
  readonly type: string;
  readonly identity: string;
}

const QUERY = `
  SELECT d.classoid::regclass::text AS class, d.objoid AS oid, d.objsubid AS column, d.description AS text, i.type, i.identity
  FROM pg_catalog.pg_description d
  CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
  WHERE $1::text[] IS NOT NULL AND d.objoid >= ${FIRST_OBJECT} AND d.classoid <> 'pg_extension'::regclass
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
  ORDER BY 1, 2, 3`;

/** The keywords of COMMENT ON for kinds of objects that the catalog names otherwise. */
const KEYWORDS: Readonly<Record<string, string>> = {
  'composite type': 'TYPE',
  'table constraint': 'CONSTRAINT',
  'domain constraint': 'CONSTRAINT',
  'statistics object': 'STATISTICS',
};

/**
 * Comments on all objects except the tables of the model, which include theirs.
 *
 * @param homeOf the object that something is a part of, or itself
 */
export async function comments(
  catalog: Catalog,
  homeOf: (id: string) => string | undefined,
  hasOwnComments: (id: string) => boolean,
): Promise<readonly DatabaseObject[]> {
  const rows = await read<CommentRow>(catalog, QUERY);
  return rows.flatMap((row): DatabaseObject[] => {
    const home = homeOf(idOf(row));
    if (home === undefined || (row.class === 'pg_class' && hasOwnComments(idOf(row)))) return [];
    return [
      {
        kind: 'sql',
        id: `comment:${idOf(row)}:${row.column}`,
        needs: [home],
        partOf: home,
        description: `comment on ${row.type} ${row.identity}`,
        rank: RANKS.comment,
        upgrade: [`COMMENT ON ${subject(row, catalog)} IS ${stringLiteral(row.text)}`],
        downgrade: [],
      },
    ];
  });
}

function subject({ type, identity }: CommentRow, { ownWritten }: Catalog): string {
  const keyword = type.endsWith(' column') ? 'COLUMN' : (KEYWORDS[type] ?? type.toUpperCase());
  const name = withoutOwn(identity, ownWritten);
  return `${keyword} ${type === 'domain constraint' ? name.replace(' on ', ' ON DOMAIN ') : onTable(type, name)}`;
}

/** The name with ON in capitals, which the catalog writes in lower case. */
function onTable(type: string, name: string): string {
  return /constraint|trigger|rule|policy/.test(type) ? name.replace(' on ', ' ON ') : name;
}
