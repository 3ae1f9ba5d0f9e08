import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Tenant, TenantDirectory } from 'nestjs-migrate';

/** The shops: each database in a folder is one. */
@Injectable()
export class Shops implements TenantDirectory {
  private readonly folder = process.env['SHOPS'] ?? 'shops';

  tenants(): Tenant[] {
    const files = readdirSync(this.folder).filter((file) => file.endsWith('.sqlite'));
    return files.toSorted().map((file) => ({
      id: basename(file, '.sqlite'),
      options: { database: join(this.folder, file) },
    }));
  }
}
