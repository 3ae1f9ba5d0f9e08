import { Body, Controller, Get, Post } from '@nestjs/common';
import { BillingService, type NewInvoice } from './billing.service.js';
import type { Invoice } from './invoice.entity.js';

@Controller('invoices')
export class BillingController {
  constructor(private readonly billing: BillingService) {}

  @Get()
  findAll(): Promise<Invoice[]> {
    return this.billing.findAll();
  }

  @Post()
  create(@Body() invoice: NewInvoice): Promise<Invoice> {
    return this.billing.create(invoice);
  }
}
