import { getMetadataArgsStorage } from 'typeorm';

/** A class that decorators make an entity of. */
export type Declared = new () => object;

export function namedClass(name: string, base: Declared = class {}): Declared {
  return { [name]: class extends base {} }[name]!;
}

/** Makes a property of a class a column, or what else decorators say. */
export function decorate(target: Declared, property: string, ...decorators: readonly PropertyDecorator[]): void {
  for (const decorator of decorators) decorator(target.prototype as object, property);
}

/** Takes back what decorators noted about classes: TypeORM looks through all of it for each data source. */
export function forget(targets: readonly Declared[]): void {
  const gone = new Set<unknown>(targets);
  const lists = Object.values(getMetadataArgsStorage()) as { readonly target: unknown }[][];
  for (const list of lists) list.splice(0, list.length, ...list.filter(({ target }) => !gone.has(target)));
}
