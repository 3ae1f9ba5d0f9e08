import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { AuditEntry } from './audit-entry.entity.js';

@Injectable()
export class AuditService {
  constructor(@InjectRepository(AuditEntry, 'audit') private readonly entries: Repository<AuditEntry>) {}

  async record(action: string, subject: string): Promise<void> {
    await this.entries.insert({ action, subject });
  }

  findAll(): Promise<AuditEntry[]> {
    return this.entries.find({ order: { id: 'ASC' } });
  }
}
