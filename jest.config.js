/** Nest 12 and this package are ES modules; Jest runs CommonJS, so both are transformed by the same compiler. */
const compiler = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/sample-app'],
  testMatch: ['**/*.spec.ts'],
  // What test/pack holds are the tests of other applications.
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '<rootDir>/test/pack/'],
  // The copy that the demo makes has the same package name as the sample application.
  modulePathIgnorePatterns: ['<rootDir>/sample-app/.demo'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // The sample application imports the package by its name; its tests run on the source, without a build.
    '^nestjs-migrate$': '<rootDir>/src/index.ts',
    '^nestjs-migrate/testing$': '<rootDir>/src/testing/index.ts',
    '^nestjs-migrate/terminus$': '<rootDir>/src/module/health/migration.health.ts',
  },
  transform: { '\\.[jt]s$': compiler },
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit)/)',
  ],
  setupFiles: ['<rootDir>/test/support/random-seed.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testSequencer: '<rootDir>/test/support/longest-first.js',
  testTimeout: 60_000,
  maxWorkers: 2,
};
