import { isAtLeast, serverOf, supportedServer } from './server.js';

describe('The server by its version', () => {
  it.each([
    ['10.6.0-MariaDB', true, [10, 6, 0]],
    ['10.11.19-MariaDB-0+deb12u1', true, [10, 11, 19]],
    ['5.5.5-10.11.6-MariaDB-log', true, [10, 11, 6]],
    ['10.6.16-11-MariaDB-enterprise-log', true, [10, 6, 16]],
    ['11.8.2-MariaDB-ubu2404', true, [11, 8, 2]],
    ['12.0.2-MariaDB', true, [12, 0, 2]],
    ['8.0.19', false, [8, 0, 19]],
    ['8.0.40-0ubuntu0.24.04.1', false, [8, 0, 40]],
    ['8.0.35-27', false, [8, 0, 35]],
    ['8.0.31-google', false, [8, 0, 31]],
    ['8.0.37-azure', false, [8, 0, 37]],
    ['8.4.3-commercial', false, [8, 4, 3]],
    ['9.1.0', false, [9, 1, 0]],
  ] as const)('is supported: %s', (text, isMariaDb, version) => {
    expect(supportedServer(text)).toEqual({ isMariaDb, version });
  });

  it.each([
    ['5.7.44-log', 'MySQL'],
    ['5.6.51', 'MySQL'],
    ['8.0.18', 'MySQL'],
    ['10.5.27-MariaDB', 'MariaDB'],
    ['5.5.5-10.3.39-MariaDB-1:10.3.39+maria~ubu2004', 'MariaDB'],
    ['8.0.11-TiDB-v8.5.0', 'TiDB'],
    ['5.7.25-TiDB-v6.5.0', 'TiDB'],
    ['8.0.30-Vitess', 'Vitess'],
    ['8.0.34-PlanetScale', 'Vitess'],
    ['5.7.25-OceanBase-v4.2.1.0', 'OceanBase'],
    ['5.6.29-TDDL-5.4.12', 'PolarDB-X'],
    ['8.0.34-SingleStore', 'SingleStore'],
    ['5.0.45-Xpand-6.1.1', 'MariaDB Xpand'],
    ['', 'MySQL'],
    ['unknown', 'MySQL'],
  ])('is refused by name: %s', (text, product) => {
    expect(() => supportedServer(text)).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_SERVER',
        version: text,
        message: `The server is ${product} (${text}), which migrations do not support.`,
        hint: expect.stringContaining('MariaDB from 10.6 and MySQL from 8.0.19'),
      }),
    );
  });

  it.each([
    ['8.0.19', [8, 0, 19], true],
    ['8.0.19', [8, 0, 20], false],
    ['8.4.0', [8, 0, 20], true],
    ['10.11.0-MariaDB', [10, 6], true],
  ] as const)('compares versions: %s with %j', (text, least, expected) => {
    expect(isAtLeast(serverOf(text), ...least)).toBe(expected);
  });
});
