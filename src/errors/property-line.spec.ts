import { lineOfProperty, unknownTypeOf } from './property-line.js';

const source = `import { Column, Entity } from 'typeorm';

export class Address {
  city: string;
}

@Entity()
export class Order {
  // total: of all lines
  @Column({ type: 'money' })
  total!: string;

  @Column() readonly note?: string;
  city: string = total;
}

export class Later {
  other: string;
}
`;

describe('the line of a property', () => {
  it.each<[string, string, number, number | undefined]>([
    ['with decorators above it', 'total', 8, 11],
    ['with a decorator on its line', 'note', 8, 13],
    ['that another class has too', 'city', 8, 14],
    ['of another class', 'other', 8, undefined],
    ['that is nowhere', 'absent', 8, undefined],
  ])('%s', (_, property, from, line) => {
    expect(lineOfProperty(source, 'Order', property, from)).toBe(line);
  });

  it('in compiled code is where it is decorated', () => {
    const compiled = 'class Order {\n}\n__decorate([\n  Column("money")\n], Order.prototype, "total", void 0);\n';
    expect(lineOfProperty(compiled, 'Order', 'total', 1)).toBe(5);
  });
});

describe('the type of a property that is declared nowhere', () => {
  it.each<[string, string | undefined]>([
    ['hash: strng;', 'strng'],
    ['hash!: strng;', 'strng'],
    ['@Column() hash?: Strng;', 'Strng'],
    ['hash: strng = "";', 'strng'],
    ['other: strng; hash: strng;', 'strng'],
    ['hash: string;', undefined],
    ['hash: Date;', undefined],
    ['hash: Buffer;', undefined],
    ['hash: Known;', undefined],
    ['hash: Imported;', undefined],
    ['hash: strng | null;', undefined],
    ['hash: Promise<strng>;', undefined],
    ['ahash: strng;', undefined],
  ])('in `%s` is %s', (line, type) => {
    const source = `import { type Imported } from './imported';\ninterface Known {}\nclass User {\n  ${line}\n}`;
    expect(unknownTypeOf(source, 'hash', 4)).toBe(type);
  });
});
