/** Sources that several applications have. `js` is the extension of their imports: '.js', or none. */

export const userEntity = `import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity()
export class User {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 20 })
  name!: string;
}
`;

/** A database without native code, in a file. */
export const sqljs = `{ type: 'sqljs', location: 'app.sqlite', autoSave: true, autoLoadEntities: true }`;

/** @param database an expression: what is imported to have a data source */
export function appModule({ js = '.js', database = `TypeOrmModule.forRoot(${sqljs})`, imports = '' } = {}) {
  return `import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MigrateModule } from 'nestjs-migrate';
import { User } from './user.entity${js}';
${imports}
@Module({ imports: [${database}, TypeOrmModule.forFeature([User]), MigrateModule.forRoot()] })
export class AppModule {}
`;
}

/** Says whether the databases are up to date, and ends. @param first what is imported before all others */
export function mainFile({ js = '.js', first = '' } = {}) {
  return `${first}import { NestFactory } from '@nestjs/core';
import { MigrationService } from 'nestjs-migrate';
import { AppModule } from './app.module${js}';

async function bootstrap() {
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.init();
  const [status] = await app.get(MigrationService).status();
  console.log(status.upToDate ? 'up to date' : 'behind');
  await app.close();
}
void bootstrap();
`;
}

/** The tsconfig of an application that TypeScript and SWC compile alike. */
export const compilerOptions = {
  module: 'nodenext',
  target: 'ES2023',
  outDir: './dist',
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  useDefineForClassFields: false,
  skipLibCheck: true,
  types: ['node'],
};
