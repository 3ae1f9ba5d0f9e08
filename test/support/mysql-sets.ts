import {
  type EntityOptions,
  type EntitySchemaColumnOptions,
  type EntitySchemaOptions,
  type EntitySchemaRelationOptions,
  ChildEntity,
  Column,
  Entity,
  EntitySchema,
  Index,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeParent,
} from 'typeorm';

type Columns = Record<string, EntitySchemaColumnOptions>;
type Options = Omit<EntitySchemaOptions<unknown>, 'name' | 'columns'>;
type Relation = Omit<EntitySchemaRelationOptions, 'target' | 'type'> & { type?: EntitySchemaRelationOptions['type'] };
/** A name of an entity of a set, and of its table, that no other set has. */
export type Naming = (name: string) => string;
type EntitySet = (n: Naming) => (EntitySchema | Function)[];

const ID: Columns = { id: { type: 'int', primary: true, generated: 'increment' } };
const TEXT: EntitySchemaColumnOptions = { type: 'varchar', length: 30 };

/** An entity with a counted key. */
const entity = (name: string, columns: Columns = {}, options: Options = {}): EntitySchema =>
  keyed(name, { ...ID, ...columns }, options);
/** An entity with a key of its own. */
const keyed = (name: string, columns: Columns, options: Options = {}): EntitySchema =>
  new EntitySchema({ name, tableName: name, ...options, columns } as EntitySchemaOptions<unknown>);
const key = (type: EntitySchemaColumnOptions['type'], options: object = {}): EntitySet => {
  const column = { type, primary: true, ...options } as EntitySchemaColumnOptions;
  return (n) => [keyed(n('t'), { id: column })];
};
const to = (target: string, options: Relation = {}): EntitySchemaRelationOptions =>
  ({ type: 'many-to-one', target, ...options }) as EntitySchemaRelationOptions;
const many = (target: string, options: Relation = {}): EntitySchemaRelationOptions =>
  to(target, { type: 'many-to-many', joinTable: true, ...options });
/** Two entities with a relation from the second to the first. */
const related =
  (options: Relation = {}, rest: Options = {}, columns: Columns = {}): EntitySet =>
  (n) => [
    entity(n('parent'), { code: { ...TEXT, unique: true } }),
    entity(n('child'), columns, { ...rest, relations: { parent: to(n('parent'), options) } }),
  ];
/** An entity that a key of another type is for, and one that refers to it. */
const referring =
  (id: EntitySchemaColumnOptions): EntitySet =>
  (n) => [
    keyed(n('parent'), { id: { ...id, primary: true } }),
    entity(n('child'), {}, { relations: { parent: to(n('parent')) } }),
  ];
const indexed =
  (columns: Columns, indices: Options['indices'], uniques: Options['uniques'] = []): EntitySet =>
  (n) => [
    entity(n('t'), columns, {
      indices: indices!.map((index) => ({ name: index.name && n(index.name as string), ...index })),
      uniques,
    }),
  ];
const joined =
  (options: Relation = {}): EntitySet =>
  (n) => [entity(n('a'), {}, { relations: { all: many(n('b'), options) } }), entity(n('b'))];
const named = (name: string): EntitySet => {
  return (n) => [entity(n(name), { a: { ...TEXT, default: 'x', unique: true } })];
};
/** An entity of a class, which alone can have options of its table. */
const stored =
  (options: EntityOptions, ...decorators: ClassDecorator[]): EntitySet =>
  (n) => {
    class Stored {
      id!: number;
      text!: string;
    }
    PrimaryColumn('int')(Stored.prototype, 'id');
    Column('varchar', { length: 20, default: 'x' })(Stored.prototype, 'text');
    for (const decorate of decorators) decorate(Stored);
    Entity(n('t'), options)(Stored);
    return [Stored];
  };
const engine = (name: string, ...decorators: ClassDecorator[]): EntitySet => stored({ engine: name }, ...decorators);
const tree =
  (...[kind, options]: Parameters<typeof Tree>): EntitySet =>
  (n) => {
    class Node {}
    PrimaryGeneratedColumn('uuid')(Node.prototype, 'id');
    Reflect.defineMetadata('design:type', Array, Node.prototype, 'children');
    TreeChildren()(Node.prototype, 'children');
    Reflect.defineMetadata('design:type', Node, Node.prototype, 'parent');
    TreeParent()(Node.prototype, 'parent');
    const name = options?.closureTableName;
    Entity(n('t'))(Node);
    Tree(kind, name === undefined ? options : { ...options, closureTableName: n(name) })(Node);
    return [Node];
  };
/** A view of `users` and `posts`, whose names are written so in its query. */
const view =
  (sql: string, options: Options = {}): EntitySet =>
  (n) => [
    entity(n('users'), { name: { type: 'varchar' }, age: { type: 'int', nullable: true }, at: { type: 'datetime' } }),
    entity(n('posts'), { title: TEXT, score: { type: 'decimal', precision: 8, scale: 2 }, userId: { type: 'int' } }),
    new EntitySchema({
      name: n('view'),
      tableName: n('view'),
      type: 'view',
      expression: sql.replaceAll(/\b(?:users|posts)\b/g, n),
      columns: { id: { type: 'int' } },
      ...options,
    } as EntitySchemaOptions<unknown>),
  ];
const A: Columns = { a: TEXT, b: { type: 'int' }, c: { type: 'text' }, d: { ...TEXT, nullable: true } };

/** Sets of entities as TypeORM's `synchronize` can create them on MariaDB, of every kind of table, key, index, relation and view. */
export const mysqlSets: Readonly<Record<string, EntitySet>> = {
  'index of two columns': indexed(A, [{ columns: ['b', 'a'] }]),
  'named index': indexed(A, [{ name: 'ix', columns: ['a'] }]),
  'unique index': indexed(A, [{ columns: ['a', 'b'], unique: true }]),
  'fulltext index of two columns': indexed(A, [{ columns: ['a', 'c'], fulltext: true }]),
  'index of a text': indexed(A, [{ columns: ['c'] }]),
  'index of json': indexed({ a: { type: 'json' } }, [{ columns: ['a'] }]),
  'index of a blob': indexed({ a: { type: 'blob' } }, [{ columns: ['a'] }]),
  'index of an enum': indexed({ a: { type: 'enum', enum: ['x'] } }, [{ columns: ['a'] }]),
  'long index': indexed({ a: { type: 'varchar', length: 2000 } }, [{ columns: ['a'] }]),
  'long unique index': indexed({ a: { type: 'varchar', length: 2000 } }, [{ columns: ['a'], unique: true }]),
  'index with a condition': indexed(A, [{ columns: ['a'], where: 'b > 0' }]),
  'index that is not synchronised': indexed(A, [{ name: 'x', columns: ['a'], synchronize: false }]),
  'two indexes of one column': indexed(A, [
    { name: 'x', columns: ['a'] },
    { name: 'y', columns: ['a'] },
  ]),
  'index that begins with the key': indexed(A, [{ columns: ['id', 'a'] }]),
  'spatial index': indexed({ a: { type: 'point' } }, [{ columns: ['a'], spatial: true }]),
  'spatial index of a polygon': indexed({ a: { type: 'polygon' } }, [{ columns: ['a'], spatial: true }]),
  'index of a stored column': indexed(
    { b: { type: 'int' }, g: { type: 'int', asExpression: 'b + 1', generatedType: 'STORED' } },
    [{ columns: ['g'] }],
  ),
  'unique index of a virtual column': indexed({ b: { type: 'int' }, g: { type: 'int', asExpression: 'b + 1' } }, [
    { columns: ['g'], unique: true },
  ]),
  'index with a long name': indexed(A, [{ name: 'i'.repeat(64), columns: ['a'] }]),
  'index with a strange name': indexed(A, [{ name: 'my index-1 (é)', columns: ['a'] }]),
  'index with capitals': indexed(A, [{ name: 'IX_A', columns: ['a'] }]),
  'named unique constraint': indexed(A, [], [{ name: 'uq', columns: ['a', 'b'] }]),
  'unique constraints': indexed(A, [], [{ columns: ['a'] }, { columns: ['b'] }, { columns: ['a', 'b'] }]),
  'unique constraint of a column without values': indexed(A, [], [{ columns: ['d'] }]),
  'unique twice by name': indexed({ a: { ...TEXT, unique: true } }, [{ name: 'other', columns: ['a'], unique: true }]),

  'key varchar': key('varchar', { length: 26 }),
  'key uuid': key('uuid', { generated: 'uuid' }),
  'key varchar for uuid': key('varchar', { generated: 'uuid' }),
  'key binary': key('binary', { length: 16 }),
  'key datetime': key('datetime'),
  'key timestamp': key('timestamp', { default: () => 'CURRENT_TIMESTAMP' }),
  'key char with character set': key('char', { length: 26, charset: 'ascii' }),
  'key with default': key('varchar', { length: 36, default: () => '(uuid())' }),
  'key enum': key('enum', { enum: ['a', 'b'] }),
  'key with a name': key('int', { primaryKeyConstraintName: 'pk' }),
  'key tinyint counted': key('tinyint', { unsigned: true, generated: 'increment' }),
  'key with comment': key('int', { generated: 'increment', comment: 'the id' }),
  'key decimal': key('decimal', { precision: 20, scale: 0 }),
  'key that may be null': key('int', { nullable: true }),
  'key with collation': key('varchar', { length: 50, collation: 'utf8mb4_bin' }),
  'key bigint counted': key('bigint', { unsigned: true, generated: 'increment' }),
  'key boolean': key(Boolean),
  'key of two': (n) => [keyed(n('t'), { a: { type: 'int', primary: true }, b: { ...TEXT, primary: true } })],
  'key of two, one counted': (n) => [keyed(n('t'), { ...ID, b: { type: 'int', primary: true } })],
  'counter that is not the key': (n) => [
    keyed(n('t'), { a: { ...TEXT, primary: true }, n: { type: 'int', generated: 'increment', unique: true } }),
  ],

  relation: related(),
  'relation not null': related({ nullable: false }),
  'relation cascade': related({ onDelete: 'CASCADE', onUpdate: 'CASCADE' }),
  'relation set null': related({ onDelete: 'SET NULL', nullable: true }),
  'relation restrict': related({ onDelete: 'RESTRICT', onUpdate: 'RESTRICT' }),
  'relation no action': related({ onDelete: 'NO ACTION', onUpdate: 'NO ACTION' }),
  'relation restrict, no action': related({ onDelete: 'RESTRICT', onUpdate: 'NO ACTION' }),
  'relation set default': related({ onDelete: 'SET DEFAULT' as never }),
  'relation without constraint': related({ createForeignKeyConstraints: false }),
  'relation with a named key': related({ joinColumn: { name: 'p', foreignKeyConstraintName: 'FK_my' } }),
  'relation to a unique column': related({ joinColumn: { name: 'code', referencedColumnName: 'code' } }),
  'relation with index': related({}, { indices: [{ columns: ['parent'] }] }),
  'relation first in an index': related({}, { indices: [{ columns: ['parent', 'z'] }] }, { z: { type: 'int' } }),
  'relation second in an index': related({}, { indices: [{ columns: ['z', 'parent'] }] }, { z: { type: 'int' } }),
  'relation with a unique constraint': related({}, { uniques: [{ columns: ['parent'] }] }),
  'relation with an index of its name': related(
    { joinColumn: { name: 'parentId', foreignKeyConstraintName: 'fk_x' } },
    { indices: [{ name: 'fk_x', columns: ['parent'] }] },
  ),
  'relation with a longer index of its name': related(
    { joinColumn: { name: 'parentId', foreignKeyConstraintName: 'fk_y' } },
    { indices: [{ name: 'fk_y', columns: ['parent', 'z'] }] },
    { z: { type: 'int' } },
  ),
  'deferrable relation': related({ deferrable: 'INITIALLY DEFERRED' }),
  'one to one': related({ type: 'one-to-one', joinColumn: true }),
  'one to one that may be null': related({ type: 'one-to-one', joinColumn: { name: 'x' }, nullable: true }),
  'relation as key': (n) => [
    entity(n('parent')),
    keyed(
      n('child'),
      { n: { type: 'int', primary: true } },
      { relations: { parent: to(n('parent'), { primary: true } as Relation) } },
    ),
  ],
  'relation to itself': (n) => [
    entity(n('t'), {}, { relations: { up: to(n('t'), { nullable: true, onDelete: 'SET NULL' }) } }),
  ],
  'relations in a circle': (n) => [
    entity(n('a'), {}, { relations: { b: to(n('b'), { nullable: true }) } }),
    entity(n('b'), {}, { relations: { a: to(n('a'), { nullable: true }) } }),
  ],
  'relation to a key of two': (n) => [
    keyed(n('parent'), { a: { type: 'int', primary: true }, b: { ...TEXT, primary: true } }),
    entity(n('child'), {}, { relations: { parent: to(n('parent')) } }),
  ],
  'relation to a key of two, the other way round': (n) => [
    keyed(n('parent'), { a: { type: 'int', primary: true }, b: { ...TEXT, primary: true } }),
    entity(
      n('child'),
      {},
      {
        relations: {
          parent: to(n('parent'), {
            joinColumn: [
              { name: 'y', referencedColumnName: 'b' },
              { name: 'x', referencedColumnName: 'a' },
            ],
          }),
        },
      },
    ),
  ],
  'relation to latin1': referring({ type: 'varchar', length: 26, charset: 'latin1' }),
  'relation to a collation': referring({ type: 'char', length: 26, collation: 'utf8mb4_bin' }),
  'relation to uuid': referring({ type: 'uuid', generated: 'uuid' }),
  'relation to bigint': referring({ type: 'bigint', unsigned: true, generated: 'increment' }),
  'relation to enum': referring({ type: 'enum', enum: ['a'] }),
  'relation to datetime': referring({ type: 'datetime', precision: 6 }),
  'relation to decimal': referring({ type: 'decimal', precision: 20, scale: 0 }),
  'three relations to one': (n) => [
    entity(n('p')),
    entity(n('c'), {}, { relations: { a: to(n('p')), b: to(n('p')), c: to(n('p')) } }),
  ],
  'relation of a declared column': (n) => [
    entity(n('p')),
    entity(
      n('c'),
      { pId: { type: 'int', comment: 'key' } },
      {
        relations: { p: to(n('p'), { joinColumn: { name: 'pId' } }) },
      },
    ),
  ],
  'relation with long names': (n) => [
    entity(n('p'.repeat(64))),
    entity(n('c'.repeat(64)), {}, { relations: { ['r'.repeat(50)]: to(n('p'.repeat(64))) } }),
  ],
  'foreign key of a column': (n) => [
    entity(n('p')),
    entity(n('c'), { p: { type: 'int', foreignKey: { target: n('p'), onDelete: 'CASCADE' } } }),
  ],
  'foreign key to two columns': (n) => [
    entity(n('p'), { x: { type: 'int' }, y: { type: 'int' } }, { uniques: [{ columns: ['x', 'y'] }] }),
    entity(
      n('c'),
      { x: { type: 'int' }, y: { type: 'int' } },
      {
        foreignKeys: [{ target: n('p'), columnNames: ['x', 'y'], referencedColumnNames: ['x', 'y'] }],
      },
    ),
  ],
  'foreign key to an index': (n) => [
    entity(n('p'), { x: { type: 'int' } }, { indices: [{ columns: ['x'] }] }),
    entity(
      n('c'),
      { x: { type: 'int' } },
      {
        foreignKeys: [{ target: n('p'), columnNames: ['x'], referencedColumnNames: ['x'] }],
      },
    ),
  ],

  'many to many': joined(),
  'many to many without action': joined({ onDelete: 'NO ACTION', onUpdate: 'RESTRICT' }),
  'many to many without keys': joined({ createForeignKeyConstraints: false }),
  'many to many with itself': (n) => [entity(n('a'), {}, { relations: { friends: many(n('a')) } })],
  'many to many with names': (n) => [
    entity(
      n('a'),
      {},
      {
        relations: {
          all: many(n('b'), {
            joinTable: {
              name: n('has'),
              joinColumn: { name: 'the_a', referencedColumnName: 'id', foreignKeyConstraintName: n('fk1') },
              inverseJoinColumn: { name: 'the_b', foreignKeyConstraintName: n('fk2') },
            },
          }),
        },
      },
    ),
    entity(n('b')),
  ],
  'many to many with other keys': (n) => [
    keyed(
      n('a'),
      { x: { type: 'int', primary: true }, y: { ...TEXT, primary: true } },
      {
        relations: { all: many(n('b')) },
      },
    ),
    keyed(n('b'), { id: { ...TEXT, collation: 'utf8mb4_bin', primary: true } }),
  ],
  'many to many through an entity': (n) => [
    entity(
      n('a'),
      {},
      {
        relations: {
          all: many(n('b'), {
            joinTable: { name: n('ab'), joinColumn: { name: 'a_id' }, inverseJoinColumn: { name: 'b_id' } },
          }),
        },
      },
    ),
    entity(n('b')),
    keyed(n('ab'), { a_id: { type: 'int', primary: true }, b_id: { type: 'int', primary: true } }),
  ],

  embedded: (n) => {
    const name = new EntitySchema({
      name: n('name'),
      columns: { first: TEXT, last: { ...TEXT, nullable: true } },
    });
    const embeddeds = {
      one: { schema: name },
      two: { schema: name, prefix: false },
      three: { schema: name, prefix: 'p_' },
    };
    return [entity(n('t'), {}, { embeddeds } as Options)];
  },
  'children in one table': (n) => {
    class Parent {}
    PrimaryColumn('int')(Parent.prototype, 'id');
    Entity(n('t'))(Parent);
    TableInheritance({ column: { type: 'enum', enum: ['a', 'b'], name: 'kind' } })(Parent);
    class Child extends Parent {}
    Column('int', { nullable: true, unique: true })(Child.prototype, 'size');
    ChildEntity('a')(Child);
    return [Parent, Child];
  },
  'tree of a closure table': tree('closure-table'),
  'tree of a closure table with names': tree('closure-table', {
    closureTableName: 'pairs',
    ancestorColumnName: () => 'above',
    descendantColumnName: () => 'below',
  }),
  'tree as a nested set': tree('nested-set'),
  'tree of paths': tree('materialized-path'),

  'comment with quotes': stored({ comment: `it's \`so\`` }),
  'comment with lines': stored({ comment: 'a\nb\tc' }),
  'comment with emoji': stored({ comment: '🙂 x' }),
  'engine innodb': engine('innodb'),
  'engine MyISAM': engine('MyISAM'),
  'engine MyISAM with fulltext': engine('MyISAM', Index(['text'], { fulltext: true }) as ClassDecorator),
  'engine MEMORY': engine('MEMORY'),
  'engine HEAP': engine('HEAP'),
  'engine InnoBase': engine('InnoBase'),
  'engine Maria': engine('Maria'),
  'engine Aria': engine('Aria', Index(['text'], { unique: true }) as ClassDecorator),
  'engine MyISAM with a relation': (n) => {
    class Parent {}
    PrimaryColumn('int')(Parent.prototype, 'id');
    Entity(n('p'))(Parent);
    class Child {}
    PrimaryColumn('int')(Child.prototype, 'id');
    ManyToOne(() => Parent, { onDelete: 'CASCADE' })(Child.prototype, 'parent');
    Entity(n('t'), { engine: 'MyISAM' })(Child);
    return [Parent, Child];
  },
  'name with capitals': named('UserAccount'),
  'name with spaces': named('my own table'),
  'name with a dash': named('a-b'),
  'name with umlauts': named('größe'),
  'name with percent': named('a%b'),
  'name with double quotes': named('a"b'),
  'name with parentheses': named('a(b)'),
  'name with dollar': named('$t'),
  'long name': named('n'.repeat(64)),
  'not synchronised': (n) => [entity(n('t'), {}, { synchronize: false })],

  'view of columns': view('SELECT id, name FROM users'),
  'view of all': view('SELECT * FROM users'),
  'view with join': view('SELECT u.id, p.title FROM users u INNER JOIN posts p ON p.userId = u.id WHERE p.score > 1.5'),
  'view with quotes': view(
    'SELECT `u`.`id` AS `id`, `p`.`title` AS `Title` FROM `users` `u` LEFT JOIN `posts` `p` ON `p`.`id` = `u`.`id`',
  ),
  'view with union': view('SELECT id FROM users UNION ALL SELECT id FROM posts'),
  'view with groups': view(
    "SELECT userId AS id, COUNT(*) AS n, GROUP_CONCAT(title ORDER BY title SEPARATOR ',') AS t FROM posts GROUP BY userId HAVING COUNT(*) > 1",
  ),
  'view with window': view('SELECT id, ROW_NUMBER() OVER (PARTITION BY userId ORDER BY score DESC) AS n FROM posts'),
  'view with WITH': view('WITH x AS (SELECT id FROM users) SELECT x.id FROM x'),
  'view with recursion': view(
    'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i AS id FROM n',
  ),
  'view with IN': view('SELECT id FROM users WHERE id IN (SELECT userId FROM posts) OR age IN (1, 2)'),
  'view of a query': view('SELECT d.id FROM (SELECT id FROM users WHERE age > 5) d'),
  'view with limit': view('SELECT id FROM users ORDER BY name DESC LIMIT 10 OFFSET 5'),
  'view with functions': view(
    "SELECT id, NOW() AS n, CONCAT(name, ' ', IFNULL(age, 0)) AS c, IF(age > 18, 'y', 'n') AS f, CASE age WHEN 1 THEN 1 ELSE 2 END AS k, CAST(age AS CHAR) AS ca, DATE_FORMAT(at, '%Y-%m') AS df FROM users",
  ),
  'view with strings': view(String.raw`SELECT id, 'it''s' AS q, 'a\\b' AS b, 'привет 🙂' AS e FROM users`),
  'view with comments': view('SELECT id -- the id\n FROM users /* all */;  '),
  'view with EXISTS': view(
    'SELECT id FROM users u WHERE EXISTS (SELECT 1 FROM posts p WHERE p.userId = u.id) AND NOT (age BETWEEN 1 AND 5)',
  ),
  'view with interval': view('SELECT DISTINCT id FROM users WHERE at > NOW() - INTERVAL 7 DAY'),
  'view of a constant': view('SELECT 1 AS id'),
  'view with operators': view('SELECT users.id + 1 AS id, -age AS n, age > 5 AND NOT age = 7 AS b FROM users, posts'),
  'view with right join': view('SELECT p.id FROM users u RIGHT JOIN posts p USING (id)'),
  'view in parentheses': view('(SELECT id FROM users)'),
  'view with INTERSECT': view('SELECT id FROM users INTERSECT SELECT id FROM posts'),
  'view that is not synchronised': view('SELECT id FROM users', { synchronize: false }),
};
