import { codes, lint } from '../../../test/support/linting.js';

const INDEX = `await op.createIndex('book', { name: 'IDX_title', columnNames: ['title'] });`;

describe('lint', () => {
  it('reports the line of the call, also of SQL by itself, of a query runner and of a batch', async () => {
    const body = `

      ${INDEX}
      await op.execute('CREATE INDEX "IDX_isbn" ON book (isbn)');
      await op.queryRunner.query('CREATE INDEX "IDX_pages" ON "book" ("pages")');
      await op.batch('book', (table) => {
        table.createIndex({ name: 'IDX_price', columnNames: ['price'] });
      });`;
    expect(await codes(body)).toEqual([3, 4, 5, 6].map((line) => `${line} index-stops-writers book`));
  });

  it('finds nothing about a table that the same run makes, and an empty one', async () => {
    const made = `await op.createTable({ name: 'shelf', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });`;
    const index = `await op.createIndex('shelf', { name: 'IDX_shelf', columnNames: ['id'] });`;
    expect(await codes([made, index])).toEqual([]);
    expect(await codes([made, index], { isRunEach: true })).toEqual(['1 index-stops-writers shelf']);
    expect(await codes(INDEX, { rows: { book: 0 } })).toEqual([]);
    expect(await codes(INDEX, { rows: { book: 1 } })).toEqual(['1 index-stops-writers book']);
  });

  it('writes the call again in its safe form', async () => {
    const [finding] = await lint(INDEX);
    expect(finding?.fix).toBe(
      `await op.createIndex('book', { name: 'IDX_title', columnNames: ['title'], isConcurrent: true });`,
    );
  });

  describe('allows what a comment above the statement allows', () => {
    it.each([
      ['a call', `// lint: allow index-stops-writers, at night\n${INDEX}`],
      [
        'a call of several lines',
        `// lint: allow index-stops-writers, at night\nawait op\n  .createIndex(\n'book', { name: 'I', columnNames: ['title'] })`,
      ],
      ['a call with other comments', `/* lint: allow index-stops-writers, at night */\n// Another one.\n${INDEX}`],
      ['a reason without a comma', `// lint: allow index-stops-writers the table is small\n${INDEX}`],
      ['a reason of two lines', `/* lint: allow index-stops-writers,\n * at night */\n${INDEX}`],
      [
        'several rules',
        `// lint: allow unique-over-duplicates, index-stops-writers: at night\n${INDEX.replace(' }', ', isUnique: true }')}`,
      ],
      ['a block', `// lint: allow index-stops-writers, at night\nif (true) {\n  ${INDEX}\n}`],
    ])('%s', async (_what, body) => {
      expect(await codes(body)).toEqual([]);
    });

    it('and no other one', async () => {
      expect(
        await codes(
          `// lint: allow index-stops-writers, at night\n${INDEX}\n\n${INDEX.replace('IDX', 'I2').replace("'title'", "'isbn'")}`,
        ),
      ).toEqual(['4 index-stops-writers book']);
    });

    it.each([
      [
        'allow index-stop-writers, x',
        'The comment allows index-stop-writers, and there is no such rule. Did you mean index-stops-writers?',
      ],
      ['allow nothing-like-it, x', 'The comment allows nothing-like-it, and there is no such rule.'],
      ['allow', 'The comment names no rule: // lint: allow CODE, reason'],
      [
        'ignore index-stops-writers',
        'A comment allows a finding as // lint: allow index-stops-writers, reason. "lint: ignore" has no effect.',
      ],
    ])('and finds a comment that allows nothing: %s', async (comment, message) => {
      const findings = await lint(`// lint: ${comment}\n${INDEX}`);
      expect(findings.map((one) => `${one.line} ${one.code} ${one.message}`)).toEqual([
        `1 allowance-without-a-finding ${message}`,
        `2 index-stops-writers Writers of book wait until the index IDX_title is built.`,
      ]);
    });

    it('and finds a comment without a reason', async () => {
      expect(await codes(`// lint: allow index-stops-writers\n${INDEX}`)).toEqual([
        '1 allowance-without-a-reason index-stops-writers',
      ]);
      expect(await codes(`// lint: all is well\n${INDEX}`)).toEqual(['2 index-stops-writers book']);
    });
  });

  it('leaves out rules, and changes levels, by options', async () => {
    expect(await codes(INDEX, { options: { allow: ['index-stops-writers'] } })).toEqual([]);
    const [finding] = await lint(INDEX, { options: { levels: { 'index-stops-writers': 'note' } } });
    expect(finding?.level).toBe('note');
  });
});
