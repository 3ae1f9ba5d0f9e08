import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';

/** Functions that PostgreSQL itself has and that are not volatile, as far as defaults use them. */
const NOT_VOLATILE = new Set(
  `now transaction_timestamp statement_timestamp current_setting to_char to_date to_timestamp timezone date_trunc make_date make_time
  make_timestamp make_timestamptz make_interval concat concat_ws format coalesce nullif greatest least lower upper length md5 abs round
  floor ceil trunc array_fill array json_build_object json_build_array jsonb_build_object jsonb_build_array to_json to_jsonb
  row_to_json inet_client_addr current_schema current_database version int4range int8range numrange tsrange tstzrange daterange
  decode encode convert_to convert_from lpad rpad replace substr substring trim btrim ltrim rtrim age extract date_part to_tsvector
  string_to_array array_append array_prepend array_cat array_remove array_replace array_to_string array_length cardinality
  txid_current txid_current_if_assigned txid_current_snapshot pg_current_xact_id pg_current_xact_id_if_assigned pg_current_snapshot
  pg_backend_pid pg_postmaster_start_time pg_conf_load_time inet_server_addr inet_server_port inet_client_port current_query
  current_schemas pg_client_encoding has_table_privilege pg_get_userbyid obj_description to_ascii initcap reverse repeat left right
  split_part position strpos overlay chr ascii concat regexp_replace regexp_match regexp_split_to_array translate starts_with
  char_length character_length octet_length bit_length length sha224 sha256 sha384 sha512 hashtext get_byte set_byte
  sign sqrt cbrt power exp ln log mod div gcd lcm factorial ceiling degrees radians pi sin cos tan width_bucket
  date_bin justify_days justify_hours justify_interval isfinite to_number jsonb_set jsonb_insert jsonb_strip_nulls json_strip_nulls
  jsonb_object json_object jsonb_typeof json_typeof jsonb_pretty jsonb_extract_path jsonb_extract_path_text json_scalar
  to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery setweight strip tsvector_to_array array_to_tsvector
  xmlparse xmlelement xmlconcat xmlforest xml host hostmask netmask network masklen family broadcast abbrev text name
  int8multirange int4multirange nummultirange tsmultirange tstzmultirange datemultirange lower_inc upper_inc isempty
  uuid_nil uuid_ns_dns uuid_ns_url uuid_ns_oid uuid_ns_x500 uuid_generate_v3 uuid_generate_v5 unaccent hstore
  uuid_extract_timestamp uuid_extract_version pg_my_temp_schema quote_ident quote_literal box point circle lseg path polygon cast row`
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
  setval currval lastval gen_random_bytes gen_salt random_normal setseed pg_sleep pg_sleep_for pg_sleep_until pg_notify set_config
  pg_advisory_lock pg_try_advisory_lock pg_advisory_xact_lock pg_logical_emit_message`.split(/\s+/),
);

/** Whether a default differs from row to row, so that ADD COLUMN writes all rows; `unknown` for a function that may be volatile. */
export interface DefaultCost {
  readonly isVolatile: boolean;
  /** A function whose volatility only the database knows: PostgreSQL takes it for volatile unless it is declared otherwise. */
  readonly unknown?: string;
}

/**
 * What a default costs in ADD COLUMN: PostgreSQL computes one that is not volatile once, and keeps it in the catalog.
 *
 * @param isVolatile what is known of functions that are not the server's own
 */
export function defaultCost(
  expression: string,
  isVolatile: (called: string) => boolean | undefined = () => undefined,
): DefaultCost {
  const code = codeTokens(expression, POSTGRES_SQL);
  const called = code.flatMap((token, at) =>
    token.isName && code[at + 1]?.is('(') && !code[at - 1]?.is('::') ? [token.value.toLowerCase()] : [],
  );
  if (called.some((name) => VOLATILE.has(name) || isVolatile(name) === true)) return { isVolatile: true };
  const unknown = called.find((name) => !NOT_VOLATILE.has(name) && !isTypeName(name) && isVolatile(name) === undefined);
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
