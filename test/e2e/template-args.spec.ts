import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { provideConfigureHook } from '../../src/index.js';
import { createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

describe('what a template is given', () => {
  const scene = useScene(createSqliteDatabase);
  const template = (): string => join(scene.directory, 'script.ts.eta');
  const TAIL = '// <%= it.ticket %> by <%= it.author ?? "nobody" %>';

  const write = (migrate: object, request: object, providers: never[] = []): Promise<string> =>
    scene.inApplication(
      async (migrations) => {
        await migrations.init();
        appendFileSync(template(), `${TAIL}\n`);
        const [written] = await migrations.with({ xArgs: { ticket: 'AB-12' } }).revision({ message: 'x', ...request });
        return readFileSync(written!.path, 'utf8');
      },
      { migrate, providers },
    );

  it('are the arguments of the options, with those of the call over them', async () => {
    const source = await write(
      { templateArgs: { ticket: 'none', author: 'Ada' } },
      { templateArgs: { ticket: 'AB-9' } },
    );
    expect(source).toContain('// AB-9 by Ada');
  });

  it('are those that a configure hook makes of -x', async () => {
    const hook = provideConfigureHook((config) => void (config.templateArgs = { ticket: config.xArgs['ticket'] }));
    expect(await write({}, {}, [hook] as never[])).toContain('// AB-12 by nobody');
  });

  it('are those of migrations.json, in merges too', async () => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      writeFileSync(join(scene.directory, 'migrations.json'), JSON.stringify({ templateArgs: { ticket: 'file' } }));
      appendFileSync(template(), `${TAIL}\n`);
      await migrations.revision({ revId: 'a1' });
      await migrations.revision({ revId: 'b1', head: 'base', splice: true });
      const { path } = await migrations.merge([], { templateArgs: { author: 'Bo' } });
      expect(readFileSync(path, 'utf8')).toContain('// file by Bo');
    });
  });

  it.each(['revision', 'upgrade', 'doc'])('cannot take the name of what it has: %s', async (name) => {
    await expect(write({}, { templateArgs: { ticket: 'x', [name]: 'mine' } })).rejects.toMatchObject({
      code: 'TEMPLATE_ARGUMENT',
    });
    await expect(write({ templateArgs: { [name]: 'mine' } }, {})).rejects.toThrow('templateArgs');
  });
});

describe('post-write hooks that are functions', () => {
  const scene = useScene(createSqliteDatabase);
  const revise = (postWriteHooks: readonly object[], providers: never[] = []): Promise<string> =>
    scene.inApplication(
      async (migrations) => {
        await migrations.init().catch(() => undefined);
        return (await migrations.revision({ message: 'x' }))[0]!.path;
      },
      { migrate: { postWriteHooks } as never, providers },
    );

  it('are called with the path of the new file, in order with programs, and awaited', async () => {
    const stamp = (text: string) => async (file: string) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      appendFileSync(file, `// ${text}\n`);
    };
    const program = {
      name: 'node',
      command: process.execPath,
      args: ['-e', 'require("fs").appendFileSync(process.argv[1], "// program\\n")', 'REVISION_SCRIPT_FILENAME'],
    };
    const hooks = [{ name: 'one', run: stamp('one') }, program, { name: 'two', run: stamp('two') }];
    const noop = provideConfigureHook(() => undefined);
    const path = await revise(hooks, [noop] as never[]);
    expect(readFileSync(path, 'utf8')).toMatch(/\/\/ one\n\/\/ program\n\/\/ two\n$/);
  });

  it('that throw are named, with what they threw', async () => {
    const fails = {
      name: 'headers',
      run: () => {
        throw new Error('no licence');
      },
    };
    await expect(revise([fails])).rejects.toMatchObject({
      code: 'POST_WRITE_HOOK_FAILED',
      message: expect.stringMatching(/^The post-write hook "headers" failed for .*: no licence$/),
    });
  });

  it.each([{ name: 'x', run: 'echo' }, { run: () => undefined }, { name: 'x', run: () => undefined, command: 'echo' }])(
    'are refused where they are wrong',
    async (wrong) => {
      await expect(revise([wrong])).rejects.toMatchObject({ code: expect.stringMatching(/MIGRATE_OPTIONS/) });
    },
  );
});
