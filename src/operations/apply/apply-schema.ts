import {
  type ForeignKeyModel,
  type QualifiedName,
  qualifiedNameOf,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import { withEnumRenamed } from './apply-enum.js';

/** A schema model after one of its schemas is renamed: with it all names in that schema change, and references to them, but no queries of views. */
export function withSchemaRenamed(schema: SchemaModel, from: string, to: string, rules: SqlRules): SchemaModel {
  const move = <T extends QualifiedName>(member: T): T => (member.schema === from ? { ...member, schema: to } : member);
  const enums = schema.enums.filter((type) => type.schema === from);
  const retyped = enums.reduce<SchemaModel>(
    (model, type) => withEnumRenamed(model, qualifiedNameOf(type), move(qualifiedNameOf(type)), rules),
    schema,
  );
  const redirected = (key: ForeignKeyModel): ForeignKeyModel =>
    key.referencedSchema === from ? { ...key, referencedSchema: to } : key;
  const moveTable = (table: TableModel): TableModel => ({
    ...move(table),
    foreignKeys: table.foreignKeys.map(redirected),
  });
  const moveView = (view: ViewModel): ViewModel => ({ ...move(view), dependsOn: view.dependsOn.map(move) });
  return {
    ...retyped,
    schemas: schema.schemas.map((name) => (name === from ? to : name)),
    tables: retyped.tables.map(moveTable),
    views: retyped.views.map(moveView),
    enums: retyped.enums.map(move),
    sequences: retyped.sequences.map(move),
  };
}
