import { join } from 'node:path';
import ts from 'typescript';

/**
 * What the compiler reports about modules that are in no file, by their names; those without an error are left out.
 *
 * They are compiled together with the settings of the project, as if they were in its folder `test/docs`.
 */
export function typeErrors(root: string, modules: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const names = new Map(
    [...modules.keys()].map((name, index) => [join(root, 'test/docs', `example-${index}.ts`), name]),
  );
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  const host = ts.createCompilerHost({ ...options, noUnusedLocals: false, noUnusedParameters: false });
  const { fileExists, readFile, getSourceFile } = host;
  const sourceOf = (file: string): string | undefined => modules.get(names.get(file) ?? '');
  host.fileExists = (file) => names.has(file) || fileExists.call(host, file);
  host.readFile = (file) => sourceOf(file) ?? readFile.call(host, file);
  host.getSourceFile = (file, target, ...rest) => {
    const source = sourceOf(file);
    return source === undefined
      ? getSourceFile.call(host, file, target, ...rest)
      : ts.createSourceFile(file, source, target);
  };
  const relaxed = { ...options, noUnusedLocals: false, noUnusedParameters: false };
  const program = ts.createProgram([...names.keys()], relaxed, host);
  const errors = new Map<string, readonly string[]>();
  for (const [file, name] of names) {
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
    if (found.length > 0) errors.set(name, found.map(describe));
  }
  return errors;
}

function describe({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line = file === undefined ? '' : (file.text.split('\n')[file.getLineAndCharacterOfPosition(start).line] ?? '');
  return `${ts.flattenDiagnosticMessageText(messageText, '\n')} in: ${line}`;
}
