import { join } from 'node:path';
import { write } from './cli.files.js';
import { CliWorkspace } from './cli.workspace.js';

/**
 * For the tests of a `describe`: makes folders in which this package is installed, and removes them at the end.
 *
 * @param name what their names begin with
 * @returns makes one with an empty repository, package.json, and more files. @returns its path
 */
export function freshFolders(name: string): (files?: Readonly<Record<string, string | object>>) => string {
  let workspace: CliWorkspace;
  let count = 0;

  beforeAll(() => {
    workspace = new CliWorkspace();
  });
  afterAll(() => workspace.remove());

  return (files = {}) => {
    const root = join(workspace.root, `${name}${(count += 1)}`);
    write(root, {
      'package.json': { name: 'app', private: true },
      'migrations/migrations.json': {},
      'migrations/versions/README': '',
      ...files,
    });
    return root;
  };
}
