import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MigrateModule } from 'nestjs-migrate';
import { User } from './user.entity.js';

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'better-sqlite3', database: 'app.sqlite', autoLoadEntities: true }),
    TypeOrmModule.forFeature([User]),
    MigrateModule.forRoot(),
  ],
})
export class AppModule {}
