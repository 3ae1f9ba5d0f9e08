import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Test } from '@nestjs/testing';
import { DataSource, type DataSourceOptions, EntitySchema } from 'typeorm';
import { MigrateModule, type MigrateOptions, MigrationService } from '../../src/index.js';
import { temporaryDirectory } from '../support/application.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';

const user = new EntitySchema({ name: 'user', columns: { id: { type: 'integer', primary: true } } });

let database: TestDatabase;
let silent: Server;
const sockets = new Set<Socket>();
let repository: ReturnType<typeof temporaryDirectory>;

beforeAll(async () => {
  database = await createPostgresDatabase();
  silent = createServer((socket) => void sockets.add(socket));
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
});

beforeEach(() => {
  repository = temporaryDirectory();
});

afterEach(() => repository.remove());

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  await database.drop();
});

/** Works with the service of a data source that this package has to open itself. */
async function withClosed<T>(
  options: object,
  migrate: MigrateOptions,
  work: (migrations: MigrationService) => Promise<T>,
): Promise<T> {
  const dataSource = new DataSource({ type: 'postgres', entities: [user], ...options } as DataSourceOptions);
  const { directory } = repository;
  const module = await Test.createTestingModule({
    imports: [MigrateModule.forRoot({ ...migrate, directory, dataSources: [{ dataSource }] })],
  }).compile();
  const migrations = module.get(MigrationService);
  try {
    await migrations.init();
    return await work(migrations);
  } finally {
    await migrations.close();
    await module.close();
  }
}

/** The parts of the test database's address. */
function address() {
  const { hostname: host, port, username, password, pathname } = new URL(database.url);
  return { host, port: Number(port), username, password, database: pathname.slice(1) };
}

const failureOf = async (work: Promise<unknown>) => {
  const started = Date.now();
  const error = await work.then(
    () => undefined,
    (thrown: { code: string; message: string; hint: string }) => thrown,
  );
  return { ...error, message: (error as Error | undefined)?.message, ms: Date.now() - started };
};

describe('connectTimeout', () => {
  const silentUrl = (): string => `postgres://nobody:secret@127.0.0.1:${(silent.address() as AddressInfo).port}/shop`;

  it('names itself and its variable when a server does not answer in time', async () => {
    await withClosed({ url: silentUrl() }, { connectTimeout: 300 }, async (migrations) => {
      const { ms, ...error } = await failureOf(migrations.current());
      expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', message: expect.stringContaining('within 300 ms') });
      expect(error.hint).toMatch(/`connectTimeout` \(now 300 ms\).*--connect-timeout or NEST_DB_CONNECT_TIMEOUT/);
      expect(ms).toBeLessThan(2_000);
    });
  });

  it('does not make a health check wait longer than it asks for', async () => {
    await withClosed({ url: silentUrl() }, { waitForDatabase: 60_000 }, async (migrations) => {
      const started = Date.now();
      expect(await migrations.status({ timeout: 200 })).toMatchObject([
        { state: 'down', error: { message: expect.stringContaining('no answer within 200 ms') } },
      ]);
      expect(Date.now() - started).toBeLessThan(2_000);
    });
  });

  const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
  const block = (ms: number): void => {
    for (const end = Date.now() + ms; Date.now() < end;);
  };

  it.each<[string, (password: () => unknown) => object]>([
    ['password', (password) => ({ ...address(), password })],
    ['password of the driver', (password) => ({ ...address(), password: undefined, extra: { password } })],
    [
      'password of a master',
      (password) => ({ replication: { master: { ...address(), password }, slaves: [{ ...address(), port: 1 }] } }),
    ],
  ])('does not count the time of a %s function', async (_what, options) => {
    const { password } = address();
    const calls: string[] = [];
    const functions = {
      async: () => wait(900).then(() => password),
      sync: () => {
        block(900);
        return password;
      },
    };
    for (const [kind, work] of Object.entries(functions)) {
      const asked = (): unknown => {
        calls.push(kind);
        return work();
      };
      await withClosed(options(asked), { connectTimeout: 400 }, async (migrations) => {
        expect(await migrations.current()).toEqual([{ dataSource: 'default', revisions: [] }]);
      });
      expect(calls).toContain(kind);
      repository.remove();
    }
  });

  it('says what a password function throws', async () => {
    const password = () => Promise.reject(new Error('the token service is down'));
    await withClosed({ ...address(), password }, { waitForDatabase: 20_000 }, async (migrations) => {
      const { ms, message } = await failureOf(migrations.current());
      expect(message).toContain('the token service is down');
      expect(ms).toBeLessThan(5_000);
    });
  });
});

describe('a password function that fails', () => {
  it('ends the connection that it was asked for, for which a server would wait', async () => {
    const asks = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
    const ended: Promise<unknown>[] = [];
    const server = createServer((socket) => {
      ended.push(once(socket, 'close'));
      socket.once('data', () => socket.write(asks));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const password = () => Promise.reject(new Error('the token service is down'));
    await withClosed({ host: '127.0.0.1', port, database: 'shop', password }, {}, async (migrations) => {
      expect((await failureOf(migrations.current())).message).toContain('the token service is down');
      await Promise.all(ended);
      expect(ended).toHaveLength(1);
    });
    server.close();
  });
});

describe('replication', () => {
  const replica = { ...address, host: '127.0.0.1', port: 1, username: 'nobody', password: '', database: 'shop' };

  it('does not need its replicas for any command', async () => {
    const options = { replication: { master: address(), slaves: [replica] } };
    await withClosed(options, {}, async (migrations) => {
      await migrations.migrate({ message: 'first', revId: 'a1' });
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      expect(await migrations.current()).toMatchObject([{ revisions: [{ revision: 'a1' }] }]);
      expect(await migrations.status()).toMatchObject([{ state: 'current' }]);
      await migrations.downgrade('base');
      await migrations.stamp('base');
    });
  });

  it('with defaultMode slave is not read from replicas', async () => {
    const options = { replication: { defaultMode: 'slave', master: { url: database.url }, slaves: [replica] } };
    await withClosed(options, {}, async (migrations) => {
      expect(await migrations.status()).toMatchObject([{ current: [] }]);
      await migrations.ensureVersion();
    });
  });

  it.each(['current', 'upgrade', 'check', 'stamp'] as const)(
    'names the master that is down, for %s',
    async (command) => {
      const master = { ...replica, host: 'localhost', port: 2 };
      const options = { replication: { master, slaves: [address()] } };
      await withClosed(options, {}, async (migrations) => {
        const { message, ms } = await failureOf(migrations[command]());
        expect(message).toContain('(postgres at localhost:2/shop)');
        expect(message).toContain('ECONNREFUSED');
        expect(ms).toBeLessThan(2_000);
        expect(await migrations.status()).toMatchObject([
          { state: 'down', error: { message: expect.stringContaining('postgres at localhost:2/shop') } },
        ]);
      });
    },
  );
});

describe('a database that cannot be connected to', () => {
  it.each([
    [
      'its name',
      () => ({ ...address(), database: 'no_such_shop' }),
      /database "no_such_shop" does not exist/,
      /Create/,
    ],
    ['its password', () => ({ ...address(), password: 'wrong' }), /password authentication failed/, /password right/],
    ['its host', () => ({ ...address(), host: 'no-such-host.invalid' }), /no-such-host\.invalid/, /host and port/],
  ])(
    'says what is wrong with %s, and does not wait for it to change by itself',
    async (what, options, message, hint) => {
      const waitForDatabase = what === 'its host' ? 0 : 30_000;
      await withClosed(options(), { waitForDatabase }, async (migrations) => {
        const { ms, ...error } = await failureOf(migrations.current());
        expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
        expect(error.message).toMatch(message);
        expect(error.hint).toMatch(hint);
        expect(ms).toBeLessThan(5_000);
      });
    },
  );

  it('says that the server takes no more connections', async () => {
    const role = 'crowded';
    const admin = await new DataSource(database.options).initialize();
    await admin.query(`DROP ROLE IF EXISTS ${role}`);
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x' CONNECTION LIMIT 0`);
    try {
      await withClosed({ ...address(), username: role, password: 'x' }, {}, async (migrations) => {
        const error = await failureOf(migrations.upgrade());
        expect(error.message).toContain('too many connections for role "crowded"');
        expect(error.hint).toContain('max_connections');
        expect(error.hint).toContain('poolSize');
      });
    } finally {
      await admin.query(`DROP ROLE ${role}`);
      await admin.destroy();
    }
  });
});

describe('options of a connection that have no value', () => {
  const names = Object.keys({ host: 0, port: 0, username: 0, password: 0, database: 0 });

  it('are all named, before anything is connected, where all are undefined', async () => {
    await withClosed(Object.fromEntries(names.map((name) => [name, undefined])), {}, async (migrations) => {
      const { message, hint, code } = await failureOf(migrations.current());
      expect(code).toBe('DATA_SOURCE_INVALID');
      expect(message).toContain('`database` is undefined in its options');
      expect(hint).toMatch(/`host`, `port`, `username`, `password`, `database` are undefined\. .*--env-file/);
      expect(hint).toContain('leave `database` out');
    });
  });

  it.each([
    ['undefined', undefined, 'is undefined'],
    ['null', null, 'is null'],
    ['empty', '', 'is an empty text'],
  ])('refuse a database that is %s, and change none', async (_, given, said) => {
    await withClosed({ ...address(), database: given }, {}, async (migrations) => {
      const { code, message } = await failureOf(migrations.upgrade());
      expect(code).toBe('DATA_SOURCE_INVALID');
      expect(message).toContain(`\`database\` ${said}`);
    });
  });

  it('refuse a master without a database', async () => {
    const replication = { master: { ...address(), database: undefined }, slaves: [] };
    await withClosed({ replication }, {}, async (migrations) => {
      expect(await failureOf(migrations.current())).toMatchObject({ code: 'DATA_SOURCE_INVALID' });
    });
  });

  it.each<[string, () => object]>([
    ['with a URL', () => ({ url: database.url, database: undefined, host: undefined })],
    [
      'where the driver is given it',
      () => ({ ...address(), database: undefined, extra: { database: address().database } }),
    ],
  ])('do not matter %s', async (_, options) => {
    await withClosed(options(), {}, async (migrations) => {
      expect(await migrations.current()).toMatchObject([{ revisions: [] }]);
    });
  });

  it('leave the choice to the driver where `database` is not there', async () => {
    const { database: name, ...others } = address();
    process.env['PGDATABASE'] = name;
    try {
      await withClosed(others, {}, async (migrations) => {
        expect(await migrations.current()).toMatchObject([{ revisions: [] }]);
      });
    } finally {
      delete process.env['PGDATABASE'];
    }
  });

  it('do not matter where the environment of the driver names the database, which is said where it is behind', async () => {
    const { database: name, ...others } = address();
    process.env['PGDATABASE'] = name;
    try {
      await withClosed({ ...others, database: undefined }, {}, async (migrations) => {
        await migrations.revision({ message: 'first', revId: 'a1' });
        const { message } = await failureOf(migrations.migrate());
        expect(message).toContain(
          `data source "default" (postgres at ${others.host}:${others.port}/${name}) is at <base>`,
        );
      });
    } finally {
      delete process.env['PGDATABASE'];
    }
  });

  it.each<[string, object, RegExp]>([
    ['a host', { host: undefined, port: 1 }, /`host` is undefined\. /],
    [
      'a port that is no number',
      { host: '127.0.0.1', port: Number.NaN, password: undefined },
      /`password` is undefined/,
    ],
    ['the text of a URL', { url: 'postgres://me:undefined@127.0.0.1:1/shop' }, /`url` has "undefined" in it/],
  ])('are named with any other error of connecting: %s', async (_, options, named) => {
    await withClosed(
      { username: 'me', database: 'shop', ...options },
      { connectTimeout: 2_000 },
      async (migrations) => {
        const { code, hint } = await failureOf(migrations.current());
        expect({ code, hint }).toEqual({ code: 'DATABASE_UNREACHABLE', hint: expect.stringMatching(named) });
      },
    );
  });

  it('are warned of where the application is connected already', async () => {
    const dataSource = new DataSource({ type: 'postgres', url: database.url, entities: [user] });
    await dataSource.initialize();
    Object.assign(dataSource.options, { url: undefined, database: undefined });
    const { directory } = repository;
    const module = await Test.createTestingModule({
      imports: [MigrateModule.forRoot({ directory, dataSources: [{ dataSource }] })],
    }).compile();
    const messages: string[] = [];
    const telling = module.get(MigrationService).with({ onNotice: ({ message }) => messages.push(message) });
    await telling.init();
    await telling.upgrade();
    await telling.current();
    await dataSource.destroy();
    await module.close();
    expect(messages).toEqual([expect.stringMatching(/`database` is undefined .*: this is the database \w+/)]);
  });
});
