import { entity, rootModule, tsconfig } from './cli.files.js';
import { freshFolders } from './cli.folders.js';
import { nestCmd } from './cli.workspace.js';

/** The message of typeorm-transactional, whose `initializeTransactionalContext()` applications call in main.ts. */
const MESSAGE =
  'No storage driver defined in your app ... please call initializeTransactionalContext() before application start.';
const HINT = 'nest-cmd does not run main.ts: call initializeTransactionalContext() in the file of the root module';

describe('a library that main.ts initialises', () => {
  const folder = freshFolders('main-not-run-');

  it.each([
    ['a revision', `throw new Error('${MESSAGE}');`, ['upgrade']],
    ['a revision, as the cause', `throw new Error('no', { cause: new Error('${MESSAGE}') });`, ['upgrade']],
  ])('is named with the place for it, where it fails in %s', async (_where, body, args) => {
    const root = folder({
      'tsconfig.json': tsconfig(),
      'src/app.module.ts': rootModule('[User]', `import { User } from './user.entity';`),
      'src/user.entity.ts': entity('User', 'name'),
      'migrations/versions/a1_first.ts': `
        export const revision = 'a1a1a1a1';
        export const downRevision = null;
        export async function upgrade() { ${body} }
        export async function downgrade() {}`,
    });
    const { code, stderr } = await nestCmd(root, ['db', ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain(HINT);
  });

  it('is named with the place for it, where it fails as the data source is made', async () => {
    const root = folder({
      'tsconfig.json': tsconfig(),
      'src/app.module.ts': rootModule('[]').replace(
        'TypeOrmModule.forRoot({',
        `TypeOrmModule.forRootAsync({ useFactory: () => { throw new Error('${MESSAGE}'); } }), TypeOrmModule.forRoot({ name: 'other',`,
      ),
    });
    const { code, stderr } = await nestCmd(root, ['db', 'current']);
    expect(code).toBe(1);
    expect(stderr).toContain(HINT);
    expect(stderr).not.toContain('not expected');
  });
});
