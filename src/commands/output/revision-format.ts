import type { BranchInfo, RevisionInfo } from '../../results.js';
import type { Style } from './output.js';

/** Revisions as Alembic prints them: the lines of `heads`, `history`, `branches`, `current` and `show`. */
export class RevisionFormat {
  /** @param dataSources how many the service works on: with several, a mark names those that are at a revision */
  constructor(
    private readonly style: Style,
    private readonly dataSources: number,
  ) {}

  /** `ae10 (users) (head)` */
  head(revision: RevisionInfo): string {
    return this.id(revision) + labels(revision) + this.headMark(revision);
  }

  /** `ae10 (head) (mergepoint)` */
  current(revision: RevisionInfo): string {
    return this.id(revision) + this.headMark(revision) + treeMarks(revision);
  }

  /** `1975 -> ae10 (users) (head), add account` */
  history(revision: RevisionInfo): string {
    const { dependsOn, message } = revision;
    const dependencies = dependsOn.length === 0 ? '' : ` (${dependsOn.join(', ')})`;
    const marks = this.headMark(revision) + this.currentMark(revision) + treeMarks(revision);
    return `${parents(revision)}${dependencies} -> ${this.id(revision)}${labels(revision)}${marks}, ${title(message)}`;
  }

  /** A branch point, and below it what it branches into. */
  branch(branch: BranchInfo, verbose: boolean): string {
    const margin = ' '.repeat(branch.revision.length);
    const point = this.id(branch) + labels(branch) + this.headMark(branch) + treeMarks(branch);
    const children = branch.branches.map((child) => {
      const doc = verbose ? `, ${title(child.message)}` : '';
      return `${margin} -> ${this.id(child)}${labels(child)}${this.headMark(child)}${doc}`;
    });
    return [verbose ? this.entry(branch) : point, ...children, ''].join('\n');
  }

  /** Everything about a revision, over several lines. */
  entry(revision: RevisionInfo): string {
    const { isHead, isMergePoint, isBranchPoint, dependsOn, branchesInto, branchLabels, path, doc } = revision;
    const head = isHead ? this.style.green(' (head)') : '';
    const lines = [
      `Rev: ${this.id(revision)}${head}${treeMarks(revision)}${this.currentMark(revision)}`,
      `${isMergePoint ? 'Merges' : 'Parent'}: ${parents(revision)}`,
      ...(dependsOn.length === 0 ? [] : [`Also depends on: ${dependsOn.join(', ')}`]),
      ...(isBranchPoint ? [`Branches into: ${branchesInto.join(', ')}`] : []),
      ...(branchLabels.length === 0 ? [] : [`Branch names: ${branchLabels.join(', ')}`]),
      `Path: ${path}`,
      '',
      ...title(doc)
        .split('\n')
        .map((line) => `    ${line}`.trimEnd()),
      '',
    ];
    return lines.join('\n');
  }

  private id({ revision }: RevisionInfo): string {
    return this.style.yellow(revision);
  }

  private headMark({ isHead, isEffectiveHead }: RevisionInfo): string {
    if (!isHead) return '';
    return this.style.green(isEffectiveHead ? ' (effective head)' : ' (head)');
  }

  private currentMark({ currentIn = [] }: RevisionInfo): string {
    if (currentIn.length === 0) return '';
    return this.style.cyan(this.dataSources > 1 ? ` (current: ${currentIn.join(', ')})` : ' (current)');
  }
}

function parents({ downRevision }: RevisionInfo): string {
  return downRevision.length === 0 ? '<base>' : downRevision.join(', ');
}

function labels({ branchLabels }: RevisionInfo): string {
  return branchLabels.length === 0 ? '' : ` (${branchLabels.join(', ')})`;
}

function treeMarks({ isBranchPoint, isMergePoint }: RevisionInfo): string {
  return (isBranchPoint ? ' (branchpoint)' : '') + (isMergePoint ? ' (mergepoint)' : '');
}

/** What a revision without a message is called, as in Alembic. */
function title(message: string): string {
  return message === '' ? 'empty message' : message;
}
