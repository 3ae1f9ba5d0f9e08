import { Logger } from '@nestjs/common';
import { describeWait } from '../errors/waiting.errors.js';
import { visible } from '../errors/visible.js';
import type { MigrateLogger, MigrateOptions } from './options/options.js';
import { describeStep } from './run/describe-step.js';
import type { MigrationOverrides } from './requests.js';

/** The context of lines in Nest's logger. */
const CONTEXT = 'Migrations';

/** The logger that the options name; undefined where they name none. */
export function loggerOf({ logger }: Pick<MigrateOptions, 'logger'>): MigrateLogger | undefined {
  if (logger === true) return new Logger(CONTEXT);
  return logger === false ? undefined : logger;
}

/** Overrides that also pass steps, waits and notices to the logger of the options: warnings as `warn`, the rest as `log`. */
export function withLogger(options: Pick<MigrateOptions, 'logger'>, overrides: MigrationOverrides): MigrationOverrides {
  const logger = overrides.useLogger === false ? undefined : loggerOf(options);
  if (logger === undefined) return overrides;
  const write = (level: 'log' | 'warn', dataSource: string | undefined, message: string): void => {
    const prefix = dataSource === undefined || dataSource === 'default' ? '' : `[${dataSource}] `;
    // Nest's own logger has a context already; another one is given it with each line.
    const context = options.logger === true ? [] : [CONTEXT];
    logger[level](visible(`${prefix}${message}`), ...context);
  };
  return {
    ...overrides,
    // So that a service made of this one by `with` does not log everything twice.
    useLogger: false,
    onStep: (step) => {
      write('log', step.dataSource, `Running ${describeStep(step)}`);
      overrides.onStep?.(step);
    },
    onWait: (dataSource, ...wait) => {
      write('log', dataSource, describeWait(...wait));
      overrides.onWait?.(dataSource, ...wait);
    },
    onNotice: (notice) => {
      write(notice.level === 'warning' ? 'warn' : 'log', notice.dataSource, notice.message);
      overrides.onNotice?.(notice);
    },
  };
}
