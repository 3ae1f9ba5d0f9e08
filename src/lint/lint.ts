import type { PlanFacts, Reading } from '../effects/plan-report.js';
import type { LintFinding } from '../results.js';
import { closest } from '../errors/closest.js';
import { allowancesIn, type Allowance, bodyLineIn } from './allowances.js';
import type { LintRules } from './lint-rules.js';
import { CODES, REFUSED, RULES, UNEXPLAINED_ALLOWANCE, UNREAD_REVISION, UNUSED_ALLOWANCE } from './registry.js';
import type { Found, LintRule } from './rule.js';
import { type LintSettings, type LintStep, visitRun } from './run.js';
import type { LintedCall } from './subject.js';
import { urlOf } from './url.js';

/** Revisions in the order in which they run, and what is known about them. */
export interface LintRequest extends LintSettings {
  readonly dataSource: string;
  readonly reading: Reading;
  readonly facts: PlanFacts;
  readonly steps: readonly LintStep[];
  readonly options: LintRules;
}

/** A finding, before it is known in which file. */
interface RawFinding {
  readonly rule: LintRule;
  readonly found: Found;
  readonly line: number | undefined;
}

/** A call, or a whole revision. */
type Place = Pick<LintedCall, 'revision'> & Partial<Pick<LintedCall, 'index' | 'line'>>;

/** Looks for what is dangerous in revisions to a database that serves, in their order. */
export function lintRevisions(request: LintRequest): readonly LintFinding[] {
  const found = rawFindings(request);
  return request.steps
    .filter(({ isLinted }) => isLinted)
    .flatMap((step) => findingsOf(step, found.get(step.revision) ?? [], request));
}

function rawFindings(request: LintRequest): ReadonlyMap<string, readonly RawFinding[]> {
  const { reading, facts, steps, options } = request;
  const rules = RULES.filter(
    ({ code, databases }) => !options.allow?.includes(code) && (databases?.includes(reading.dialect.name) ?? true),
  );
  const ofStatements = rules.filter((rule) => rule.statement !== undefined);
  const ofCalls = rules.filter((rule) => rule.call !== undefined);
  const ofRevisions = rules.filter((rule) => rule.revision !== undefined);
  const all = new Map<string, RawFinding[]>();
  const seen = new Set<string>();
  const keep = (rule: LintRule, { revision, index, line }: Place, founds: readonly Found[]): void => {
    for (const found of founds) {
      const key = `${revision} ${index ?? ''} ${rule.code} ${found.target}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const own = all.get(revision) ?? [];
      own.push({ rule, found, line: line?.() });
      all.set(revision, own);
    }
  };
  visitRun(steps, reading, facts, request, {
    statement: (statement, run) => {
      for (const rule of ofStatements) keep(rule, statement.call, rule.statement?.(statement, run) ?? []);
    },
    call: (call, run) => {
      for (const rule of ofCalls) keep(rule, call, rule.call?.(call, run) ?? []);
    },
    revision: (step, run) => {
      for (const rule of ofRevisions) keep(rule, { revision: step.revision }, rule.revision?.(step, run) ?? []);
    },
  });
  return all;
}

/** The findings of one revision without those that its comments allow, and the comments that allow nothing. */
function findingsOf(step: LintStep, raw: readonly RawFinding[], request: LintRequest): readonly LintFinding[] {
  const path = step.path ?? '';
  const source = path === '' ? '' : request.sourceOf(path);
  const allowances = allowancesIn(source, CODES);
  const used = new Set<Allowance>();
  const body = (): number => bodyLineIn(source);
  const findings = raw.flatMap((one) => {
    const line = one.line ?? body();
    const allowance = allowances.find(
      ({ verb, code, from, to }) => verb === 'allow' && code === one.rule.code && line >= from && line <= to,
    );
    if (allowance === undefined) return [findingOf(one.rule, one.found, line)];
    used.add(allowance);
    return [];
  });
  const unread = step.unknown === undefined ? [] : [unreadFinding(step.unknown)];
  const unused = allowances.filter((allowance) => !used.has(allowance) && !isOfOther(allowance, request));
  const unexplained = allowances.filter((one) => one.reason === '' && !unused.includes(one));
  return [...findings, ...unread, ...unused.map(unusedFinding), ...unexplained.map(unexplainedFinding)].sort(
    (one, other) => one.line - other.line || compare(one.code, other.code) || compare(one.target, other.target),
  );

  function findingOf(rule: LintRule, found: Found, line: number): LintFinding {
    const { code, level } = rule;
    return {
      code,
      class: rule.class,
      level: request.options.levels?.[code] ?? found.level ?? level,
      dataSource: request.dataSource,
      revision: step.revision,
      path,
      line,
      target: found.target,
      message: found.message,
      ...(found.look !== undefined && { look: found.look }),
      ...(found.fix !== undefined && { fix: found.fix, fixPlace: found.fixPlace ?? 'instead' }),
      url: urlOf(code),
    };
  }

  function unreadFinding(why: string): LintFinding {
    const { refusedAt } = step;
    const rule = refusedAt === undefined ? UNREAD_REVISION : REFUSED;
    return findingOf(rule, { target: step.revision, message: why }, refusedAt?.() ?? body());
  }

  function unusedFinding(allowance: Allowance): LintFinding {
    const target = allowance.code === '' ? 'lint' : allowance.code;
    return findingOf(UNUSED_ALLOWANCE, { target, message: problemOf(allowance) }, allowance.at);
  }

  function unexplainedFinding({ code, at }: Allowance): LintFinding {
    const message = `The comment does not give the reason: // lint: allow ${code}, why it does no harm here`;
    return findingOf(UNEXPLAINED_ALLOWANCE, { target: code, message }, at);
  }
}

/** Why a comment allows nothing. */
function problemOf({ verb, code }: Allowance): string {
  if (verb !== 'allow')
    return `A comment allows a finding as // lint: allow ${code}, reason. "lint: ${verb}" has no effect.`;
  if (code === '') return 'The comment names no rule: // lint: allow CODE, reason';
  if (CODES.has(code)) return `The comment allows ${code}, which is not found in the statement below it.`;
  const meant = closest(code, [...CODES]);
  return `The comment allows ${code}, and there is no such rule.${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
}

/** An allowance of a rule that is switched off, or of another database's, which a revision for several may need there. */
function isOfOther({ code }: Allowance, { reading: { dialect }, options }: LintRequest): boolean {
  const rule = RULES.find((each) => each.code === code);
  return options.allow?.includes(code) === true || rule?.databases?.includes(dialect.name) === false;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
