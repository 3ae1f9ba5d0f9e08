import { readdirSync, readFileSync } from 'node:fs';
import config from './jest.config.js';

/** What a spec imports that works on a server of the test run; the subjects are those of the contract of dialects. */
const NEEDS_SERVER = /(test\/support\/(databases|postgres-database)|\/subjects)\.js'/;

const src = new URL('src/', import.meta.url);
const specs = readdirSync(src, { recursive: true }).filter((file) => file.endsWith('.spec.ts'));

/** `npm run test:unit`: the specs next to the sources that need no server, in seconds. */
export default {
  ...config,
  globalSetup: undefined,
  globalTeardown: undefined,
  roots: ['<rootDir>/src'],
  testMatch: specs
    .filter((file) => !NEEDS_SERVER.test(readFileSync(new URL(file, src), 'utf8')))
    .map((file) => `<rootDir>/src/${file}`),
};
