import { Body, Controller, Get, Param, ParseIntPipe, Post } from '@nestjs/common';
import type { User } from './user.entity.js';
import { type NewUser, UsersService } from './users.service.js';

@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  findAll(): Promise<User[]> {
    return this.users.findAll();
  }

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<User> {
    return this.users.findOne(id);
  }

  @Post()
  create(@Body() user: NewUser): Promise<User> {
    return this.users.create(user);
  }
}
