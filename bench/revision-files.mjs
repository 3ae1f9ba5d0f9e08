import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A repository with `count` revision files: a line with a side branch of three every 50 revisions, merged again.
 *
 * @returns the ids and down revisions, in order
 */
export function revisionLine(count) {
  const revisions = [];
  let head = [];
  while (revisions.length < count) {
    const id = idOf(revisions.length);
    const isForkTime = revisions.length % 50 === 49 && revisions.length + 4 < count;
    if (!isForkTime) {
      revisions.push({ id, down: head });
      head = [id];
      continue;
    }
    const [left, right, merge] = [0, 1, 2].map((offset) => idOf(revisions.length + offset));
    revisions.push({ id: left, down: head }, { id: right, down: head }, { id: merge, down: [left, right] });
    head = [merge];
  }
  return revisions;
}

/** Writes them as a repository of nestjs-migrate. */
export function writeNestRepository(directory, revisions) {
  mkdirSync(join(directory, 'versions'), { recursive: true });
  writeFileSync(join(directory, 'migrations.json'), '{}\n');
  for (const { id, down } of revisions) {
    const downRevision =
      down.length > 1 ? `[${down.map(quote).join(', ')}]` : down.length === 1 ? quote(down[0]) : 'null';
    writeFileSync(
      join(directory, 'versions', `${id}_step.ts`),
      `/*!
 * step ${id}
 *
 * Revision ID: ${id}
 * Create Date: 2026-11-22 12:00:00
 */

import type { Operations } from 'nestjs-migrate';

export const revision = ${quote(id)};
export const downRevision = ${downRevision};
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
  await op.addColumn('user', { name: 'c_${id}', type: 'integer', isNullable: true });
}

export async function downgrade(op: Operations): Promise<void> {
  await op.dropColumn('user', 'c_${id}');
}
`,
    );
  }
}

/** Writes them as a repository of Alembic. */
export function writeAlembicRepository(directory, revisions) {
  const scripts = join(directory, 'alembic');
  mkdirSync(join(scripts, 'versions'), { recursive: true });
  writeFileSync(join(directory, 'alembic.ini'), `[alembic]\nscript_location = ${scripts}\n`);
  writeFileSync(join(scripts, 'env.py'), '');
  for (const { id, down } of revisions) {
    const downRevision =
      down.length > 1 ? `(${down.map(quote).join(', ')})` : down.length === 1 ? quote(down[0]) : 'None';
    writeFileSync(
      join(scripts, 'versions', `${id}_step.py`),
      `"""step ${id}

Revision ID: ${id}
Create Date: 2026-11-22 12:00:00
"""
from alembic import op
import sqlalchemy as sa

revision = ${quote(id)}
down_revision = ${downRevision}
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('user', sa.Column('c_${id}', sa.Integer(), nullable=True))


def downgrade():
    op.drop_column('user', 'c_${id}')
`,
    );
  }
}

function idOf(index) {
  return ((index * 0x9e3779b1) >>> 0).toString(16).padStart(8, '0') + index.toString(16).padStart(4, '0');
}

function quote(text) {
  return `'${text}'`;
}
