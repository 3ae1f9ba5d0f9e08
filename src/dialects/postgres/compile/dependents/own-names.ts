/*
 * Names as a body of SQL has them, which runs in the schemas of other tenants too: without the schema that names without one
 * lead to. The parameters are SQL expressions: a schema and a name in it, both bare.
 */

/** The name, quoted. */
export const ownName = (schema: string, name: string): string =>
  `concat(quote_ident(nullif(${schema}, current_schema())) || '.', quote_ident(${name}))`;

/** A definition that PostgreSQL prints with the schema in the name of what it is on, or makes: the first one in it. */
export const withOwnName = (definition: string, schema: string, name: string): string =>
  `(SELECT CASE place WHEN 0 THEN printed ELSE overlay(printed PLACING own FROM place + 1 FOR length(whole)) END
    FROM (SELECT printed, own, whole, position(' ' || whole IN printed) AS place
          FROM (SELECT ${definition} AS printed, ${ownName(schema, name)} AS own,
                       format('%I.%I', ${schema}, ${name}) AS whole) AS names) AS found)`;
