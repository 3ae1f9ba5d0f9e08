import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { Invoice } from './invoice.entity.js';

export type NewInvoice = Pick<Invoice, 'customer' | 'amountInCents'>;

@Injectable()
export class BillingService {
  constructor(
    @InjectRepository(Invoice) private readonly invoices: Repository<Invoice>,
    private readonly audit: AuditService,
  ) {}

  findAll(): Promise<Invoice[]> {
    return this.invoices.find({ order: { id: 'ASC' } });
  }

  async create({ customer, amountInCents }: NewInvoice): Promise<Invoice> {
    const invoice = await this.invoices.save({ customer, amountInCents });
    await this.audit.record('invoice created', `invoice ${invoice.id}`);
    return invoice;
  }
}
