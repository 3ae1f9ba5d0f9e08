import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { ApplicationConfig } from '@nestjs/core';
import type { MetadataScanner } from '@nestjs/core';
import type { NestContainer } from '@nestjs/core/injector/container.js';
import type { Injector } from '@nestjs/core/injector/injector.js';
import type { NoopGraphInspector } from '@nestjs/core/inspector/noop-graph-inspector.js';
import type { DependenciesScanner } from '@nestjs/core/scanner.js';
import type { DataSource } from 'typeorm';
import { PackageMissingError } from '../../errors/cli.errors.js';
import { PACKAGE_NAME } from '../package-name.js';
import { refuseUnsupportedDrivers } from './refuse-drivers.js';

/** The application's own copies of what it is put together with: another copy would not know its classes. */
export interface NestParts {
  readonly ApplicationConfig: typeof ApplicationConfig;
  readonly MetadataScanner: typeof MetadataScanner;
  readonly NestContainer: typeof NestContainer;
  readonly Injector: typeof Injector;
  readonly DependenciesScanner: typeof DependenciesScanner;
  readonly NoopGraphInspector: typeof NoopGraphInspector;
  readonly DataSource: typeof DataSource;
}

/** Loads packages from where the application would. */
export class ApplicationPackages {
  private readonly require: NodeJS.Require;

  /** @param file a file of the application */
  constructor(
    file: string,
    private readonly root: string,
  ) {
    this.require = createRequire(file);
  }

  /** Absolute path that the application's `require` finds, or undefined. */
  locate(specifier: string): string | undefined {
    try {
      return this.require.resolve(specifier);
    } catch {
      return undefined;
    }
  }

  /** What a package throws when the application requires it; undefined when it loads. */
  failureOf(specifier: string): unknown {
    try {
      this.require(specifier);
      return undefined;
    } catch (error) {
      return error ?? new Error(`${specifier} threw ${String(error)}`);
    }
  }

  /** @throws PackageMissingError when the application has no such package */
  async load<T>(specifier: string): Promise<T> {
    const path = this.locate(specifier);
    if (path === undefined) throw new PackageMissingError(packageOf(specifier), this.root);
    return (await import(pathToFileURL(path).href)) as T;
  }

  /** Refuses data sources of databases without migrations by their `type`, before an application makes any. */
  refuseUnsupportedDrivers(): void {
    const factory = 'typeorm/driver/DriverFactory.js';
    if (this.locate(factory) === undefined) return;
    const { DriverFactory } = this.require(factory) as {
      DriverFactory: Parameters<typeof refuseUnsupportedDrivers>[0];
    };
    refuseUnsupportedDrivers(DriverFactory);
  }

  /**
   * Loads the packages that every application here has, before there are hooks for TypeScript: hooks and source maps
   * cost something for each file that is loaded under them, and these have a thousand files.
   */
  async preload(): Promise<void> {
    for (const name of ['@nestjs/common', '@nestjs/core', 'typeorm', '@nestjs/typeorm', PACKAGE_NAME]) {
      if (this.locate(name) !== undefined) await this.load(name);
    }
  }

  /** One after the other: CommonJS packages that `require` Nest 12 fail when it is half loaded. */
  async nest(): Promise<NestParts> {
    const core = await this.load<typeof import('@nestjs/core')>('@nestjs/core');
    const { NestContainer } = await this.load<Pick<NestParts, 'NestContainer'>>('@nestjs/core/injector/container.js');
    const { Injector } = await this.load<Pick<NestParts, 'Injector'>>('@nestjs/core/injector/injector.js');
    const { DependenciesScanner } = await this.load<Pick<NestParts, 'DependenciesScanner'>>('@nestjs/core/scanner.js');
    const inspector = '@nestjs/core/inspector/noop-graph-inspector.js';
    const { NoopGraphInspector } = await this.load<Pick<NestParts, 'NoopGraphInspector'>>(inspector);
    const { DataSource } = this.require('typeorm') as Pick<NestParts, 'DataSource'>;
    const { ApplicationConfig, MetadataScanner } = core;
    return {
      ApplicationConfig,
      MetadataScanner,
      NestContainer,
      Injector,
      DependenciesScanner,
      NoopGraphInspector,
      DataSource,
    };
  }
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
