/**
 * How large the code is, and how it is spread: `node bench/house.mjs [COMMIT …]`, for the working tree without an argument.
 *
 * Specs, and the kit of tests in dialects/contract, do not count.
 */
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';

const commits = process.argv.slice(2);
const columns = await Promise.all((commits.length > 0 ? commits : [undefined]).map(figuresOf));
for (const name of Object.keys(columns[0])) console.log([name, ...columns.map((figures) => figures[name])].join(' | '));

function figuresOf(commit) {
  const lines = linesOf(commit);
  const code = linesOf(commit, ['-v', '-E', String.raw`^\s*(//|/?\*|$)`]);
  const sizes = [...lines.values()].sort((one, other) => one - other);
  const folders = new Map();
  for (const file of lines.keys()) folders.set(dirname(file), (folders.get(dirname(file)) ?? 0) + 1);
  const [largest, count] = [...folders].sort(([, one], [, other]) => other - one)[0];
  return {
    '': commit ?? 'working tree',
    files: sizes.length,
    lines: sum(lines),
    'without comments and empty lines': sum(code),
    median: at(sizes, 0.5),
    p90: at(sizes, 0.9),
    longest: sizes.at(-1),
    folders: folders.size,
    'largest folder': `${count} (${largest})`,
  };
}

/** Lines by file: all, or those that a pattern chooses. */
function linesOf(commit, pattern = ['']) {
  const arguments_ = ['grep', '-c', ...pattern, ...(commit === undefined ? [] : [commit]), '--', 'src'];
  const text = execFileSync('git', arguments_, { encoding: 'utf8', maxBuffer: 1e8 });
  const counted = text
    .trim()
    .split('\n')
    .map((line) => {
      const [, file, count] = /^(?:[^:]+:)?(src\/.+):(\d+)$/.exec(line);
      return [file, Number(count)];
    });
  return new Map(counted.filter(([file]) => file.endsWith('.ts') && !/\.spec\.ts$|\/contract\//.test(file)));
}

function sum(sizes) {
  return [...sizes.values()].reduce((total, size) => total + size, 0);
}

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
