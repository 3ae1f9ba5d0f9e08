import { appModule, mainFile, userEntity } from '../support/sources.mjs';

/** One file, built by webpack (Nest 11) and by rspack (Nest 12, as an ES module), in an image without the sources. */
export default function tryOut(scene) {
  useBundle(scene.nest11, { name: 'webpack11', js: '', builder: 'webpack' });
  useBundle(scene.nest12, { name: 'rspack12', js: '.js', builder: 'rspack' });
}

function useBundle(installation, { name, js, builder }) {
  const application = installation.applicationOfTemplate(name, {
    'src/user.entity.ts': userEntity,
    'src/app.module.ts': appModule({ js }),
    'src/main.ts': mainFile({ js }),
  });
  application.remove('src/app.controller.ts', 'src/app.controller.spec.ts', 'src/app.service.ts');
  application.db('init');
  application.db('migrate', '-m', 'initial');
  application.succeed(`nest build --builder ${builder}`, 'nest', ['build', '--builder', builder]);
  checkStaleness(application);
  application.remove('src', 'test', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json');
  application.check('the build is one file', application.has('dist/main.js') && !application.has('dist/app.module.js'));
  application.db('upgrade');
  application.db('check');
  const named = application.succeed('NEST_APP=dist/main.js', 'nest-cmd', ['db', 'current'], {
    NEST_APP: 'dist/main.js',
  });
  application.check('it is at the head', named.includes('(head)'), named);
  const served = application.succeed('node dist/main', 'node', ['dist/main']);
  application.check('it is up to date', served.includes('up to date'), served);
}

/** A bundle that was named is loaded whatever its sources are, and it has to be known when they are newer. */
function checkStaleness(application) {
  const env = { NEST_APP: 'dist/main.js' };
  const stderr = () => application.run('nest-cmd', ['db', 'heads'], env).output;
  application.check('the bundle is not called stale while it is up to date', !stderr().includes('older'), stderr());
  application.touch('src/user.entity.ts');
  const warned = stderr();
  const sentence = 'The build is older than src/user.entity.ts; loading the build, since it is what was named.';
  application.check('a bundle that is older than an entity is called stale', warned.includes(sentence), warned);
}
