import { join } from 'node:path';
import { compile, entity, rootModule, shiftTimes, tsconfig, write } from './cli.files.js';
import { freshFolders } from './cli.folders.js';
import { nestCmd } from './cli.workspace.js';

describe('nest-cmd on imports by aliases of tsconfig.json', () => {
  const folder = freshFolders('aliases-');
  let root: string;

  beforeEach(() => {
    root = folder({
      'src/user.entity.ts': entity('User', 'name'),
    });
  });

  const paths = {
    '@config/*': ['./src/config/*'],
    '@models': ['./src/models/index.ts'],
    '~/*': ['./src/*'],
    '#db/*': ['./db/*'],
  };

  describe.each([
    ['CommonJS', {}, 'commonjs'],
    ['ES modules', { type: 'module' }, 'nodenext'],
  ])('that lead nowhere, in %s', (_what, more, module) => {
    it.each([
      [
        'a name that a package could have',
        '@config/jwtt.config',
        /`@config\/\*` of tsconfig\.json leads to src\/config\/jwtt\.config, which is not there/,
      ],
      ['a whole name', '@models', /`@models` of tsconfig\.json leads to src\/models\/index\.ts, which is not there/],
      ['a hash', '#db/pet', /`#db\/\*` of tsconfig\.json leads to db\/pet, which is not there/],
      ['a tilde', '~/userz.entity.js', /`~\/\*` of tsconfig\.json leads to src\/userz\.entity\.js, which is not there/],
    ])('says where %s leads', async (_name, specifier, message) => {
      write(root, {
        'package.json': { name: 'app', ...more },
        'tsconfig.json': tsconfig({ module, paths }),
        'src/app.module.ts': rootModule('[thing]', `import { thing } from '${specifier}';`),
      });
      const { code, stderr } = await nestCmd(root, ['db', 'heads']);
      expect(code).toBe(1);
      expect(stderr).toContain(`src/app.module.ts: cannot find ${specifier}: `);
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain('npm install');
    });
  });

  it('names the file that has the aliases, where tsconfig.json extends it', async () => {
    write(root, {
      'config/base.json': tsconfig({ baseUrl: '..', paths: { '@config/*': ['src/config/*'] } }),
      'tsconfig.json': { extends: './config/base' },
      'src/app.module.ts': rootModule('[thing]', `import { thing } from '@config/jwt';`),
    });
    const { stderr } = await nestCmd(root, ['db', 'heads']);
    expect(stderr).toContain('`@config/*` of config/base.json leads to src/config/jwt, which is not there');
  });

  it.each([
    ['with baseUrl', { baseUrl: '.' }, '`baseUrl` of tsconfig.json leads to src/users/gone, which is not there'],
    ['without it', {}, 'This is the name of no package'],
  ])('takes src/… for no package, %s', async (_what, options, message) => {
    write(root, {
      'tsconfig.json': tsconfig(options),
      'src/app.module.ts': rootModule('[thing]', `import { thing } from 'src/users/gone';`),
    });
    const { code, stderr } = await nestCmd(root, ['db', 'heads']);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('npm install');
  });

  it('still calls a package a package, by its own name alone', async () => {
    write(root, {
      'tsconfig.json': tsconfig({ baseUrl: '.', paths: { '*': ['./types/*'], ...paths } }),
      'src/app.module.ts': rootModule('[thing]', `import { thing } from 'no-such-money/lib/parse';`),
    });
    const { stderr } = await nestCmd(root, ['db', 'heads']);
    expect(stderr).toMatch(/src\/app\.module\.ts: cannot find package no-such-money\.\n.*npm install no-such-money$/m);
  });

  it('names the alias where an entity that a pattern finds imports it', async () => {
    write(root, {
      'tsconfig.json': tsconfig({ paths }),
      'src/app.module.ts': rootModule(`[__dirname + '/*.entity.ts']`),
      'src/bad.entity.ts': `import { thing } from '@config/money'; export const used = thing;`,
    });
    const { stderr } = await nestCmd(root, ['db', 'check']);
    expect(stderr).toContain('src/bad.entity.ts: cannot find @config/money: `@config/*` of tsconfig.json leads to');
    expect(stderr).not.toContain('npm install');
  });

  describe('that a build still has', () => {
    beforeEach(() => {
      write(root, {
        'tsconfig.json': tsconfig({ paths: { '@models/*': ['./src/models/*'] }, rootDir: 'src' }),
        'src/app.module.ts': rootModule(
          '[Pet, User]',
          `import { User } from './user.entity'; import { Pet } from './pets';`,
        ),
        'src/pets.ts': `export * from '@models/pet.entity';`,
        'src/models/pet.entity.ts': entity('Pet'),
      });
      compile(join(root, 'src'), join(root, 'dist'));
      shiftTimes(join(root, 'src'), -60);
    });

    it.each([
      ['found by itself', []],
      ['named', ['--app', 'dist/app.module.js']],
    ])('loads the sources when the build is %s, and says why', async (_what, args) => {
      const { code, stdout, stderr } = await nestCmd(root, [...args, 'db', 'check']);
      expect(stderr).toContain(
        'The build still has the alias @models/pet.entity in dist/pets.js, which Node cannot load; loading the TypeScript sources.',
      );
      expect(stdout).toContain("added table 'pet'");
      expect(code).toBe(1);
    });

    it('warns of no alias when the sources were asked for', async () => {
      const { stdout, stderr } = await nestCmd(root, ['--ts', 'db', 'check']);
      expect(stdout).toContain("added table 'pet'");
      expect(stderr).not.toContain('The build');
    });

    it('keeps to the build where Node finds the name as well', async () => {
      write(root, {
        'node_modules/@models/pet.entity/index.js': `module.exports = require('../../../dist/models/pet.entity');`,
      });
      const { stdout, stderr } = await nestCmd(root, ['--debug', 'db', 'check']);
      expect(stdout).toContain("added table 'pet'");
      expect(stderr).toContain('dist/app.module.js');
      expect(stderr).not.toContain('The build');
    });
  });

  it('says that a build has aliases where its sources are not here', async () => {
    write(root, {
      'tsconfig.json': tsconfig({ paths }),
      'from/app.module.ts': rootModule('[thing]', `import { thing } from '@config/db';`),
    });
    compile(join(root, 'from'), join(root, 'dist'));
    const { code, stderr } = await nestCmd(root, ['db', 'heads']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'dist/app.module.js: cannot find @config/db, which is an alias: `@config/*` of tsconfig.json',
    );
    expect(stderr).toContain('nest build');
    expect(stderr).not.toContain('npm install');
  });
});
