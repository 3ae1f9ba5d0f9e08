import type { DynamicModule } from '@nestjs/common';
import type { NestContainer } from '@nestjs/core/injector/container.js';
import type { Injector } from '@nestjs/core/injector/injector.js';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import type { Module } from '@nestjs/core/injector/module.js';
import { ProviderUnavailableError } from '../../errors/cli.errors.js';
import type { RootModule } from '../load/load-module.js';
import type { NestParts } from './nest-parts.js';

export type Token = string | symbol | (abstract new (...args: never[]) => unknown);

/** A module of the application, and how it was imported when it is a dynamic one. */
export interface ScannedModule {
  readonly module: Module;
  readonly imported: unknown;
}

/**
 * An application whose modules are known, and of whose providers only those exist that somebody asked for.
 *
 * This is Nest's own start up to the point where it would make every provider and run the lifecycle hooks: those of an
 * application may query tables that the migrations are about to create, or wait for servers that migrations don't need.
 */
export class PartialApplication {
  private constructor(
    private readonly container: NestContainer,
    private readonly injector: Injector,
    private readonly imported: ReadonlyMap<string, unknown>,
  ) {}

  /** Reads the module graph. Makes no provider. */
  static async scan(rootModule: RootModule, nest: NestParts): Promise<PartialApplication> {
    const config = new nest.ApplicationConfig();
    const container = new nest.NestContainer(config, {});
    container.setHttpAdapter(null);
    const imported = recordImports(container);
    const scanner = new nest.DependenciesScanner(
      container,
      new nest.MetadataScanner(),
      nest.NoopGraphInspector,
      config,
    );
    await scanner.scan(rootModule as Parameters<typeof scanner.scan>[0]);
    const injector = new nest.Injector();
    for (const { providers } of container.getModules().values()) {
      for (const wrapper of providers.values()) injector.loadPrototype(wrapper, providers);
    }
    return new PartialApplication(container, injector, imported);
  }

  get modules(): readonly ScannedModule[] {
    return [...this.container.getModules().values()].map((module) => ({
      module,
      imported: this.imported.get(module.token),
    }));
  }

  /** Every provider of every module, made or not. */
  providers(): readonly { readonly wrapper: InstanceWrapper; readonly module: Module }[] {
    return this.modules.flatMap(({ module }) => [...module.providers.values()].map((wrapper) => ({ wrapper, module })));
  }

  /**
   * A provider, made now with all it depends on unless it exists already.
   *
   * @throws ProviderUnavailableError when there is none, or it lives for one request only
   */
  async get(token: Token, inModule?: Module): Promise<unknown> {
    const candidates = this.providers().filter(({ wrapper }) => wrapper.token === token);
    const found = candidates.find(({ module }) => inModule === undefined || module === inModule);
    if (found === undefined) {
      throw new ProviderUnavailableError(`No module of the application provides ${describeToken(token)}.`, {
        hint: 'Is it in the `providers` of a module that the root module imports?',
      });
    }
    return this.make(found.wrapper, found.module);
  }

  async make(wrapper: InstanceWrapper, module: Module): Promise<unknown> {
    await this.injector.loadProvider(wrapper, module);
    if (!wrapper.isDependencyTreeStatic() || wrapper.isTransient) {
      throw new ProviderUnavailableError(
        `${describeToken(wrapper.token)} is request-scoped or transient, and there is no request here.`,
        { hint: 'Ask for a provider of the default scope.' },
      );
    }
    return wrapper.instance as unknown;
  }
}

/** Nest keeps a dynamic module as its parts; remembers the object itself under the token it gets. */
function recordImports(container: NestContainer): ReadonlyMap<string, unknown> {
  const imported = new Map<string, unknown>();
  const compiler = container.getModuleCompiler();
  const compile = compiler.compile.bind(compiler);
  compiler.compile = async (definition) => {
    const compiled = await compile(definition);
    imported.set(compiled.token, (await definition) as DynamicModule);
    return compiled;
  };
  return imported;
}

function describeToken(token: unknown): string {
  return typeof token === 'function' ? token.name : String(token);
}
