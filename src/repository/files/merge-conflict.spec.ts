import { findConflictInSource, findConflictInText } from './merge-conflict.js';

const marks = `export const revision = 'a1';\nexport const downRevision = null;\n`;
const merge = (ours: string, theirs: string): string => `<<<<<<< HEAD\n${ours}\n=======\n${theirs}\n>>>>>>> feature\n`;
const diff3 = (ours: string, theirs: string): string =>
  `<<<<<<< ours\n${ours}\n||||||| 4f2a1c9\n// before\n=======\n${theirs}\n>>>>>>> theirs\n`;

describe('a merge conflict in a revision file', () => {
  it.each([
    ['in code', marks + merge('one();', 'two();'), { line: 3, marker: '<<<<<<< HEAD' }],
    ['in code, as diff3 writes it', marks + diff3('one();', 'two();'), { line: 3, marker: '<<<<<<< ours' }],
    ['with the line breaks of Windows', (marks + merge('a', 'b')).replaceAll('\n', '\r\n'), { line: 3 }],
    ['in a comment', `/**\n${merge(' * add email', ' * add phone')} */\n${marks}`, { line: 2 }],
    ['over the end of a comment', `/**\n${merge(' * mail\n */\none();', ' * phone\n */\ntwo();')}`, { line: 2 }],
    [
      'of which one marker is left',
      `${marks}>>>>>>> 3f2a1 (don't stop)\n`,
      { line: 3, marker: ">>>>>>> 3f2a1 (don't stop)" },
    ],
    ['of which the middle is left', `${marks}=======\n`, { line: 3, marker: '=======' }],
    ['behind a template string', `${marks}const sql = \`\n=======\n\`;\n${merge('a()', 'b()')}`, { line: 6 }],
    [
      'in a file that does not read otherwise',
      `${marks}const sql = \`\n${merge('SELECT 1`;', "SELECT '2;")}`,
      { line: 4 },
    ],
    ['with a label that looks like code', `${marks}<<<<<<< HEAD \`\n=======\n>>>>>>> x\n`, { line: 3 }],
  ])('is found %s', (_where, source, conflict) => {
    expect(findConflictInSource(source)).toMatchObject(conflict);
  });

  it.each([
    ['a template string with a line like a marker', `${marks}op.execute(\`\n=======\n\`);\n`],
    ['a template string with all the markers', `${marks}op.execute(\`\n${merge('a', 'b')}\`);\n`],
    ['a template string with code in it', `${marks}op.execute(\`\${table('x')}\n>>>>>>> x\n\`);\n`],
    ['a title in a comment', `/**\nAdd users\n=======\n */\n${marks}`],
    ['a quotation in a comment', `/*\n>>>>>>> he wrote\n*/\n${marks}`],
    ['longer lines of signs', `/*\n========\n<<<<<<<<\n*/\n${marks}`],
    ['shifts inside a line', `${marks}const n = 1 >>>>>>> 2;\n`],
    ['no marker', marks],
  ])('is not %s', (_what, source) => {
    expect(findConflictInSource(source)).toBeUndefined();
  });
});

describe('a merge conflict in another text', () => {
  it('is found by markers that mean nothing else', () => {
    expect(findConflictInText(`{\n${diff3('"a": 1', '"a": 2')}}`)).toEqual({ line: 2, marker: '<<<<<<< ours' });
    expect(findConflictInText('/**\n>>>>>>> theirs\n')).toMatchObject({ line: 2 });
  });

  it('is not a title', () => {
    expect(findConflictInText('Title\n=======\n')).toBeUndefined();
  });
});
