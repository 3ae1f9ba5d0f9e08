import { parsedOf, type Reading, type SentStep } from '../effects/plan-report.js';
import { qualifiedKey, type QualifiedName } from '../schema/schema.model.js';
import { ownerOfIndex, tablesNamedIn } from './parts.js';

/** The tables that the steps name, whose sizes are of interest. */
export function tablesNamed(
  steps: readonly Pick<SentStep, 'statements'>[],
  reading: Reading,
  ownSchema: string | undefined,
): readonly QualifiedName[] {
  const names = new Map<string, QualifiedName>();
  for (const sent of steps.flatMap(({ statements }) => statements)) {
    for (const parsed of parsedOf(sent, reading)) {
      const isIndex = (parsed.kind === 'drop' || parsed.kind === 'reindex') && parsed.object === 'INDEX';
      for (const each of tablesNamedIn(parsed)) {
        const name = nameIn(each, ownSchema);
        const table = isIndex ? (ownerOfIndex(sent, name) ?? name) : name;
        names.set(qualifiedKey(table), table);
      }
    }
  }
  return [...names.values()];
}

/** A name as the model has it: without the data source's own schema. */
export function nameIn({ schema, name }: QualifiedName, ownSchema = 'public'): QualifiedName {
  return schema === undefined || schema === ownSchema ? { name } : { schema, name };
}
