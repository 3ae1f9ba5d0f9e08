import { type Catalog, FIRST_OBJECT, read } from './catalog.js';

interface DependencyRow {
  readonly class: string;
  readonly oid: number;
  readonly neededClass: string;
  readonly needed: number;
  readonly kind: string;
  readonly isOwner: boolean;
}

/**
 * Selects the dependencies between objects; `isOwner` marks that of a sequence on the column that owns it. Those of a table
 * on its publication are omitted.
 */
const QUERY = `
  SELECT d.classid::regclass::text AS class, d.objid AS oid, d.refclassid::regclass::text AS "neededClass",
         d.refobjid AS needed, d.deptype AS kind,
         d.deptype = 'a' AND d.classid = 'pg_catalog.pg_class'::regclass AND s.relkind IS NOT DISTINCT FROM 'S' AS "isOwner"
  FROM pg_catalog.pg_depend d
  LEFT JOIN pg_catalog.pg_class s ON s.oid = d.objid AND d.classid = 'pg_catalog.pg_class'::regclass
  WHERE d.objid >= ${FIRST_OBJECT} AND d.refobjid >= ${FIRST_OBJECT} AND $1::text[] IS NOT NULL
    AND d.classid NOT IN ('pg_catalog.pg_publication_rel'::regclass, coalesce(to_regclass('pg_catalog.pg_publication_namespace'), 0))
    AND NOT (d.refclassid = 'pg_catalog.pg_namespace'::regclass
             AND d.refobjid = quote_ident(current_schema())::regnamespace)`;

/**
 * Types of dependencies (`deptype`) of objects that are created along with another one: internal, of an extension, of a
 * partition, automatic. The first that applies counts.
 */
const BRINGS = ['i', 'e', 'P', 'a', 'S'];

/** The dependencies between objects. */
export class Dependencies {
  private readonly bringers = new Map<string, string[]>();

  private constructor(private readonly rows: readonly DependencyRow[]) {
    const bringing = rows.filter(({ kind }) => BRINGS.includes(kind));
    for (const row of bringing.sort((one, other) => BRINGS.indexOf(one.kind) - BRINGS.indexOf(other.kind))) {
      const id = `${row.class}:${row.oid}`;
      this.bringers.set(id, [...(this.bringers.get(id) ?? []), `${row.neededClass}:${row.needed}`]);
    }
  }

  static async read(catalog: Catalog): Promise<Dependencies> {
    return new Dependencies(await read<DependencyRow>(catalog, QUERY));
  }

  /** The known object along with which another one is created, or itself if it is known. */
  homeOf(id: string, known: ReadonlySet<string>, seen: ReadonlySet<string> = new Set()): string | undefined {
    if (known.has(id)) return id;
    for (const bringer of this.bringers.get(id) ?? []) {
      if (seen.has(bringer)) continue;
      const home = this.homeOf(bringer, known, new Set([...seen, id]));
      if (home !== undefined) return home;
    }
    return undefined;
  }

  /** What known objects need that is neither known itself nor created along with a known object. */
  missing(known: ReadonlySet<string>): readonly { readonly class: string; readonly oid: number }[] {
    const found = new Map<string, { class: string; oid: number }>();
    for (const { class: kind, oid, neededClass, needed, isOwner } of this.rows) {
      const id = `${neededClass}:${needed}`;
      if (isOwner || found.has(id) || this.homeOf(id, known) !== undefined) continue;
      if (this.homeOf(`${kind}:${oid}`, known) !== undefined) found.set(id, { class: neededClass, oid: needed });
    }
    return [...found.values()];
  }

  /** What each known object needs of the others. */
  needs(known: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> {
    const needs = new Map<string, Set<string>>();
    for (const { class: kind, oid, neededClass, needed, isOwner } of this.rows) {
      if (isOwner) continue;
      const home = this.homeOf(`${kind}:${oid}`, known);
      const other = this.homeOf(`${neededClass}:${needed}`, known);
      if (home === undefined || other === undefined || home === other) continue;
      needs.set(home, (needs.get(home) ?? new Set()).add(other));
    }
    return needs;
  }
}
