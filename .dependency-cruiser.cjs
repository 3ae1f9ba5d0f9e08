/** The layering rule of the design: downwards only. Run by `npm run lint`. */
const room = (name) => `^src/${name}/`;
/** Tests, and the kit that every dialect has to pass: both may look everywhere, and are in no package. */
const tests = ['\\.spec\\.ts$', '^src/dialects/contract/'];
const deny = (from, to, comment) => ({
  name: `${from}-must-not-import`,
  comment,
  severity: 'error',
  from: { path: room(from), pathNot: tests },
  to: { path: to },
});
/** Everything above the rooms that know a database, or a file: `results.ts` is data that lower rooms return, and free to all. */
const above = '^src/(index\\.ts|(module|fleet|service|events|cli|commands|testing)/)';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    deny(
      'sql',
      [above, room('(schema|operations|dialects|autogenerate|runtime|repository)')].join('|'),
      'sql knows only text',
    ),
    deny(
      'schema',
      [above, room('(operations|dialects|autogenerate|runtime|repository)')].join('|'),
      'schema is the lowest room but sql',
    ),
    deny(
      'operations',
      [above, room('(dialects|autogenerate|runtime|repository)')].join('|'),
      'operations know only the schema model and SQL text',
    ),
    deny('dialects', [above, room('(autogenerate|runtime|repository)')].join('|'), 'dialects compile operations'),
    deny('autogenerate', [above, room('(runtime|repository)')].join('|'), 'autogenerate uses dialects'),
    deny('effects', [above, room('(lint|autogenerate|runtime|repository)')].join('|'), 'effects use dialects'),
    deny('lint', [above, room('runtime')].join('|'), 'lint takes the statements of a plan as data'),
    deny(
      'runtime',
      [above, room('(autogenerate|effects|lint)')].join('|'),
      'runtime uses dialects, and takes plans as data',
    ),
    deny(
      'repository',
      [above, room('(schema|operations|dialects|autogenerate|runtime)')].join('|'),
      'repository knows no other room',
    ),
    deny('events', '^src/(index\\.ts|(module|fleet|service|cli|commands|testing)/)', 'events are below the service'),
    deny(
      'service',
      '^src/(index\\.ts|(module|fleet|cli|commands|testing)/)',
      'the service knows no host, module or fleet',
    ),
    deny('fleet', '^src/(index\\.ts|(module|cli|commands|testing)/)', 'a fleet knows no host and no module'),
    {
      name: 'module-knows-no-host',
      severity: 'error',
      from: { path: '^src/(index\\.ts|module/)', pathNot: '\\.spec\\.ts$' },
      to: { path: [room('cli'), room('commands'), room('testing')] },
    },
    {
      name: 'dialect-is-picked-in-one-place',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/dialects/', '\\.spec\\.ts$'] },
      to: { path: '^src/dialects/(postgres|sqlite|mysql)/' },
    },
    {
      name: 'the-contract-is-for-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { path: '^src/dialects/contract/' },
    },
    {
      name: 'pure-rooms-import-no-nest-and-no-driver',
      severity: 'error',
      from: { path: '^src/(repository|operations|schema|sql|errors)/', pathNot: '\\.spec\\.ts$' },
      to: { path: 'node_modules/(@nestjs|typeorm|pg|better-sqlite3)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-the-commander-host-loads-nest-commander',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/commands/commander\\.', '^src/cli/', '\\.spec\\.ts$'] },
      to: { path: 'node_modules/nest-commander/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
