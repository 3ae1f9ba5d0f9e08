import * as fc from 'fast-check';
import { temporaryName } from '../../schema/name-rules.js';
import { inSteps, type Move, possibleMoves } from './rename-moves.js';

const move = (text: string): Move => ({ from: text.charAt(0), to: text.charAt(1) });
const moves = (text: string): Move[] => text.split(' ').map(move);
const words = (list: readonly Move[]): string => list.map(({ from, to }) => from + to).join(' ');
const possible = (has: string, wants: string, text: string, mayExchange = true): string =>
  words(possibleMoves(moves(text), { has: [...has], wants: [...wants] }, () => mayExchange));

describe('renames of one owner', () => {
  it.each([
    ['to a free name', 'ab', 'bc', 'ac', 'ac'],
    ['to a name that is given up', 'ab', 'bc', 'ab bc', 'ab bc'],
    ['to a name that stays', 'ab', 'b', 'ab', ''],
    ['from a name that stays', 'a', 'ab', 'ab', ''],
    ['of what is not there', 'a', 'ac', 'bc', ''],
    ['that count on one which is not possible', 'abc', 'bcd', 'ab bc ce', ''],
    ['from one name to two, or from two to one', 'abx', 'cdy', 'ac ad bc xy', 'ac xy'],
    ['that exchange names', 'ab', 'ab', 'ab ba', 'ab ba'],
  ])('%s', (_what, has, wants, given, expected) => {
    expect(possible(has, wants, given)).toBe(expected);
  });

  it('exchange names only where that is allowed', () => {
    expect(possible('abcde', 'abcdf', 'ab bc ca ef', false)).toBe('ef');
  });

  it('start from a name that is still wanted only where that is allowed, and only for a free one', () => {
    const names = { has: [...'ab'], wants: [...'abc'] };
    const mayLeave = ({ from }: Move): boolean => from === 'a';
    expect(words(possibleMoves(moves('ac'), names, () => true, mayLeave))).toBe('ac');
    expect(possibleMoves(moves('ab'), names, () => true, mayLeave)).toEqual([]);
    expect(possibleMoves(moves('bc'), names, () => true, mayLeave)).toEqual([]);
  });

  it('run one by one without a conflict, and all are done', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...'abcdef']), fc.shuffledSubarray([...'abcdef']), (from, to) => {
        const given = from.slice(0, to.length).map((name, index) => ({ from: name, to: to[index] as string }));
        const has = [...new Set(from)];
        const wants = [...new Set([...to, ...from.slice(to.length)])];
        const chosen = possibleMoves(given, { has, wants }, () => true);
        const held = new Map(has.map((name) => [name, name]));
        for (const step of inSteps(chosen, has, (name, isTaken) => temporaryName(name, isTaken, undefined))) {
          expect(held.has(step.from) && !held.has(step.to)).toBe(true);
          held.set(step.to, held.get(step.from) as string);
          held.delete(step.from);
        }
        const targets = new Map(chosen.map((one) => [one.from, one.to]));
        expect(held).toEqual(new Map(has.map((name) => [targets.get(name) ?? name, name])));
      }),
    );
  });
});
