import { readStartScript } from './start-script.js';

const files = (scripts: Record<string, unknown>, production = false): readonly string[] =>
  readStartScript(scripts, '/app', production)?.files ?? [];

describe('readStartScript', () => {
  it.each([
    ['node --env-file .env dist/main', ['/app/.env']],
    ['node --env-file=.env --env-file="my files/.env.local" dist/main', ['/app/my files/.env.local', '/app/.env']],
    ['nest start --env-file .env.dev', ['/app/.env.dev']],
    ['node --env-file-if-exists=.env dist/main.js', ['/app/.env']],
    ['node -r dotenv/config dist/main', ['/app/.env']],
    ['node --import dotenv/config dist/main.js dotenv_config_path=.env.prod', ['/app/.env.prod']],
    ['DOTENV_CONFIG_PATH=.env.x node --require dotenv/config dist/main', ['/app/.env.x']],
    ['npm run build && dotenv -e .env.a -e .env.b -- nest start', ['/app/.env.a', '/app/.env.b']],
    ['dotenv -- nest start', ['/app/.env']],
    ['env-cmd -f ./config/.env nest start', ['/app/config/.env']],
  ])('reads %s', (script, expected) => {
    expect(files({ start: script })).toEqual(expected);
  });

  it('asks start first, then start:dev, and start:prod before them in production', () => {
    const scripts = {
      start: 'nest start',
      'start:dev': 'nest start --watch --env-file .env.dev',
      'start:prod': 'node --env-file=.env.prod dist/main',
    };
    expect(files(scripts)).toEqual(['/app/.env.dev']);
    expect(files(scripts, true)).toEqual(['/app/.env.prod']);
    expect(files({ start: 'nest start', test: 'node --env-file=.env.test' })).toEqual([]);
  });
});
