import { appModule, mainFile, userEntity } from '../support/sources.mjs';

/** What `nest new` makes, built by `nest build` with tsc and with SWC: the build stays where `start:prod` looks for it. */
export default function tryOut(scene) {
  useTemplate(scene.nest11, { name: 'template11', js: '', changed: true });
  useTemplate(scene.nest12, { name: 'template12', js: '.js', changed: false });
}

function useTemplate(installation, { name, js, changed }) {
  const application = installation.applicationOfTemplate(name, {
    'src/user.entity.ts': userEntity,
    'src/app.module.ts': appModule({ js }),
    'src/main.ts': mainFile({ js }),
  });
  application.remove('src/app.controller.ts', 'src/app.controller.spec.ts', 'src/app.service.ts');
  const before = application.read('tsconfig.build.json');
  application.takeFirstSteps();
  const after = application.read('tsconfig.build.json');
  const wanted = changed ? before.replace('"**/*spec.ts"]', '"**/*spec.ts", "migrations"]') : before;
  application.check(`init ${changed ? 'adds to' : 'leaves'} tsconfig.build.json as it should`, after === wanted, after);
  for (const builder of ['tsc', 'swc']) {
    application.remove('dist');
    application.succeed(`nest build --builder ${builder}`, 'nest', ['build', '--builder', builder]);
    const built =
      application.has('dist/main.js') && !application.has('dist/src') && !application.has('dist/migrations');
    application.check(`${builder} writes dist/main.js, and nothing of the revisions`, built);
    const served = application.succeed(`node dist/main, built by ${builder}`, 'node', ['dist/main']);
    application.check('it is up to date', served.includes('up to date'), served);
    application.db('check');
  }
}
