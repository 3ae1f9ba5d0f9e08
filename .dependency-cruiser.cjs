/** The layering rule of the design: downwards only. Run by `npm run lint`. */
const room = (name) => `^src/${name}/`;
const deny = (from, to, comment) => ({
  name: `${from}-must-not-import`,
  comment,
  severity: 'error',
  from: { path: room(from), pathNot: '\\.spec\\.ts$' },
  to: { path: to },
});
/** The public surface; `migration.results.ts` is data that lower rooms return, and free to all. */
const top = '^src/(index|migrate\\.module|migrate\\.[a-z-]+|migration\\.(?!results\\.)[a-z-]+)\\.ts$';
const hosts = ['cli', 'commands', 'health', 'configure', 'events', 'bootstrap', 'testing', 'adopt'].map(room);

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    deny(
      'sql',
      [top, ...hosts, room('(schema|operations|dialects|autogenerate|runtime|repository)')].join('|'),
      'sql knows text alone',
    ),
    deny(
      'schema',
      [top, ...hosts, room('(operations|dialects|autogenerate|runtime|repository)')].join('|'),
      'schema is the lowest room but sql',
    ),
    deny(
      'operations',
      [top, ...hosts, room('(dialects|autogenerate|runtime|repository)')].join('|'),
      'operations know the schema model alone',
    ),
    deny(
      'dialects',
      [top, ...hosts, room('(autogenerate|runtime|repository)')].join('|'),
      'dialects stand on operations',
    ),
    deny('autogenerate', [top, ...hosts, room('(runtime|repository)')].join('|'), 'autogenerate stands on dialects'),
    deny(
      'runtime',
      [top, ...hosts, room('autogenerate')].join('|'),
      'runtime stands on dialects, and takes plans as data',
    ),
    deny(
      'repository',
      [top, ...hosts, room('(schema|operations|dialects|autogenerate|runtime)')].join('|'),
      'repository stands alone',
    ),
    {
      name: 'service-knows-no-host',
      severity: 'error',
      from: { path: top },
      to: { path: [room('cli'), room('commands'), room('health'), room('testing')] },
    },
    {
      name: 'dialect-is-picked-in-one-place',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/dialects/', '\\.spec\\.ts$'] },
      to: { path: '^src/dialects/(postgres|sqlite|mysql)/' },
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
