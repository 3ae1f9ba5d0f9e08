// Prints how many members of the public surface have documentation, and those that have none.
//
//     npm run docs:members
import { fileURLToPath } from 'node:url';
import { firstSentence, publicMembers } from './public-members.js';

const found = publicMembers(fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, ''));
const members = found.filter(({ owner }) => owner !== undefined);
const isDocumented = ({ documentation }) => firstSentence(documentation) !== undefined;

count('Operations', membersOf('Operations'));
count('TableOperations', membersOf('TableOperations'));
count('MigrationService', membersOf('MigrationService'));
count(
  'errors',
  members.filter(({ file }) => /errors(?:\/|\.ts$)/.test(file)),
);
count('all members', members);
count(
  'exported declarations',
  found.filter(({ owner }) => owner === undefined),
);
console.log(`examples: ${found.reduce((sum, { examples }) => sum + examples.length, 0)}`);
for (const { name, file, line } of found.filter((one) => !isDocumented(one))) {
  console.log(`not documented: ${name} (${file}:${line})`);
}

function membersOf(name) {
  return members.filter(({ owner }) => owner === name);
}

function count(what, declarations) {
  console.log(`${what}: ${declarations.filter(isDocumented).length} of ${declarations.length} documented`);
}
