/*
 * SQL expressions for names without the current schema, so that the SQL of a revision also runs in the schemas of other
 * tenants. The parameters are SQL expressions themselves: a schema, and a name in it, both unquoted.
 */

/** The quoted name, with its schema unless that is the current one. */
export const ownName = (schema: string, name: string): string =>
  `concat(quote_ident(nullif(${schema}, current_schema())) || '.', quote_ident(${name}))`;

/**
 * A definition in which the first occurrence of the qualified name is replaced by `ownName`: PostgreSQL prints the schema
 * of the table in `pg_get_indexdef`, `pg_get_triggerdef` and `pg_get_ruledef` whatever the search path is.
 */
export const withOwnName = (definition: string, schema: string, name: string): string =>
  `(SELECT CASE place WHEN 0 THEN printed ELSE overlay(printed PLACING own FROM place + 1 FOR length(whole)) END
    FROM (SELECT printed, own, whole, position(' ' || whole IN printed) AS place
          FROM (SELECT ${definition} AS printed, ${ownName(schema, name)} AS own,
                       format('%I.%I', ${schema}, ${name}) AS whole) AS names) AS found)`;
