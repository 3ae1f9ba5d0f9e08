import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The bodies of a revision's functions; what is before them in the file is `head`. */
export interface RevisionBodies {
  readonly upgrade: string;
  readonly downgrade?: string;
  readonly head?: string;
}

/** Writes revisions that follow each other, in the order given. */
export function writeRevisions(directory: string, revisions: Readonly<Record<string, RevisionBodies>>): void {
  let down: string | undefined;
  for (const [id, bodies] of Object.entries(revisions)) {
    writeRevision(directory, id, bodies, down);
    down = id;
  }
}

/** Writes one revision, which follows another one unless that is left out. */
export function writeRevision(directory: string, id: string, bodies: RevisionBodies, down?: string): void {
  const { upgrade, downgrade = '', head = '' } = bodies;
  const lines = [
    `import type { Operations } from 'nestjs-migrate';`,
    `/** ${id} */`,
    `export const revision = '${id}';`,
    `export const downRevision = ${down === undefined ? 'null' : `'${down}'`};`,
    'export const branchLabels = null;',
    'export const dependsOn = null;',
    head,
    `export async function upgrade(op: Operations): Promise<void> { ${upgrade} }`,
    `export async function downgrade(op: Operations): Promise<void> { ${downgrade} }`,
  ];
  mkdirSync(join(directory, 'versions'), { recursive: true });
  writeFileSync(join(directory, 'versions', `${id}.ts`), lines.join('\n'));
}
