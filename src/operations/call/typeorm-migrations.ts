import type { Call } from './call.js';
import type { TypeormMigration, TypeormMigrations } from '../operations.interface.js';

/** The argument of `op.runTypeormMigrations`, with its defaults filled in. */
export type TypeormHistory = Required<TypeormMigrations>;

const MODES = ['ALL', 'EACH', 'NONE'] as const;

/** Reads the argument of `op.runTypeormMigrations` and `op.revertTypeormMigrations`. */
export function readTypeormMigrations(call: Call, given: unknown): TypeormHistory {
  const { values } = call.fields(given, 'the migrations', {
    known: ['table', 'transaction', 'folders', 'allowUnknown', 'classes'],
  });
  const mode = call.oneOf(upperCase(values['transaction']), "'transaction'", MODES) ?? 'ALL';
  const classes = call.list(values['classes'], "'classes'").map((value) => readClass(call, value));
  const names = classes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) call.fail(`'classes' has ${twice} twice.`);
  return {
    table: call.optionalName(values['table'], "'table'") ?? 'migrations',
    transaction: mode.toLowerCase() as TypeormHistory['transaction'],
    folders: call.list(values['folders'], "'folders'").map((folder) => call.name(folder, "each of 'folders'")),
    allowUnknown: call.flag(values['allowUnknown'], "'allowUnknown'") ?? false,
    classes,
  };
}

function readClass(call: Call, given: unknown): TypeormMigration {
  const what = "each of 'classes'";
  const { values } = call.fields(given, what, { known: ['name', 'file'] });
  const name = call.name(values['name'], `'name' of ${what}`);
  const file = call.optionalName(values['file'], `'file' of ${what}`);
  return file === undefined ? { name } : { name, file };
}

/** A string in capitals, as `call.oneOf` reads choices; TypeORM has its modes in small letters. */
function upperCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toUpperCase() : value;
}
