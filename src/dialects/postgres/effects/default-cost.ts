import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';

/** Functions that PostgreSQL itself has and that are not volatile, as far as defaults use them. */
const NOT_VOLATILE = new Set(
  `now transaction_timestamp statement_timestamp current_setting to_char to_date to_timestamp timezone date_trunc make_date make_time
  make_timestamp make_timestamptz make_interval concat concat_ws format coalesce nullif greatest least lower upper length md5 abs round
  floor ceil trunc array_fill array json_build_object json_build_array jsonb_build_object jsonb_build_array to_json to_jsonb
  row_to_json inet_client_addr current_schema current_database version int4range int8range numrange tsrange tstzrange daterange
  decode encode convert_to convert_from lpad rpad replace substr substring trim btrim ltrim rtrim age extract date_part to_tsvector
  string_to_array array_append array_cat pg_my_temp_schema quote_ident quote_literal box point circle lseg path polygon cast row`
    .split(/\s+/)
    .concat(
      // These are keywords, with or without parentheses.
      'current_timestamp current_date current_time localtime localtimestamp current_user session_user user current_role current_catalog'.split(
        ' ',
      ),
    ),
);

/** Functions that are volatile, and need no reason. */
const VOLATILE = new Set(
  `random clock_timestamp timeofday gen_random_uuid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7 nextval
  setval currval lastval txid_current pg_current_xact_id gen_random_bytes gen_salt random_normal`.split(/\s+/),
);

/** Whether a default differs from row to row, so that ADD COLUMN writes all rows; `unknown` for a function that may be volatile. */
export interface DefaultCost {
  readonly isVolatile: boolean;
  /** A function whose volatility only the database knows: PostgreSQL takes it for volatile unless it is declared otherwise. */
  readonly unknown?: string;
}

/** What a default costs in ADD COLUMN: PostgreSQL computes one that is not volatile once, and keeps it in the catalog. */
export function defaultCost(expression: string): DefaultCost {
  const code = codeTokens(expression, POSTGRES_SQL);
  const called = code.flatMap((token, at) =>
    token.isName && code[at + 1]?.is('(') && !code[at - 1]?.is('::') ? [token.value.toLowerCase()] : [],
  );
  if (called.some((name) => VOLATILE.has(name))) return { isVolatile: true };
  const unknown = called.find((name) => !NOT_VOLATILE.has(name) && !isTypeName(name));
  return unknown === undefined ? { isVolatile: false } : { isVolatile: true, unknown };
}

/** A type with a length, which a cast has: `'1'::numeric(10, 2)`, `varchar(10) 'x'`. */
function isTypeName(name: string): boolean {
  return [
    'numeric',
    'decimal',
    'varchar',
    'char',
    'bit',
    'varying',
    'character',
    'timestamp',
    'timestamptz',
    'time',
    'interval',
    'float',
  ].includes(name);
}
