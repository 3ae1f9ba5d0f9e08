import type { Context, Span, SpanOptions } from '@opentelemetry/api';
import { MigrateError } from '../errors/migrate.error.js';
import type { StepReport } from '../runtime/index.js';
import { version } from '../version.js';
import type { RevisionEvent, RunEndEvent, RunEvent } from './events.js';

export type Api = typeof import('@opentelemetry/api');
type Attributes = NonNullable<SpanOptions['attributes']>;

/** The attributes of spans for the database that a run is on. */
export interface TracedDatabase {
  /** OpenTelemetry's well-known name of the database system. */
  readonly system: string;
  /** Name of the database, or its file. */
  readonly namespace?: string;
}

/** The spans of one run. */
export interface RunTrace {
  /** Whether the application keeps the spans. */
  readonly isRecorded: boolean;
  /** Does the work of a step in a span of its own, which is the active one meanwhile. */
  step(event: RevisionEvent, work: () => Promise<StepReport>): Promise<StepReport>;
  end(event: RunEndEvent): void;
}

/** Begins the span of a run; undefined where the application has no OpenTelemetry. */
export async function startTrace(
  run: Omit<RunEvent, 'runId'>,
  database: TracedDatabase,
): Promise<RunTrace | undefined> {
  const api = await telemetry();
  return api && new OpenTelemetryTrace(api, run, database);
}

let loading: Promise<Api | undefined> | undefined;

/** The application's OpenTelemetry API. It is optional: where it is missing or does not load, nothing is traced. */
export function telemetry(): Promise<Api | undefined> {
  return (loading ??= import('@opentelemetry/api').catch(() => undefined));
}

class OpenTelemetryTrace implements RunTrace {
  private readonly common: Attributes;
  private readonly span: Span;
  private readonly context: Context;

  constructor(
    private readonly api: Api,
    { command, dataSource, targets }: Omit<RunEvent, 'runId'>,
    { system, namespace }: TracedDatabase,
  ) {
    this.common = {
      'db.system.name': system,
      ...(namespace === undefined ? {} : { 'db.namespace': namespace }),
      'migration.command': command,
      'migration.data_source': dataSource,
    };
    const parent = api.context.active();
    const attributes = { ...this.common, 'migration.targets': [...targets] };
    this.span = this.tracer.startSpan(`migration ${command}`, { attributes }, parent);
    this.context = api.trace.setSpan(parent, this.span);
  }

  get isRecorded(): boolean {
    return this.span.isRecording();
  }

  async step({ kind, revision, from, to }: RevisionEvent, work: () => Promise<StepReport>): Promise<StepReport> {
    const attributes: Attributes = {
      ...this.common,
      ...(revision === undefined ? {} : { 'migration.revision': revision }),
      'migration.direction': kind,
      'migration.from': [...from],
      'migration.to': [...to],
    };
    const span = this.tracer.startSpan(`migration ${kind} revision`, { attributes }, this.context);
    const report = await this.api.context.with(this.api.trace.setSpan(this.context, span), work);
    span.setAttribute('migration.statements', report.statements);
    this.finish(span, report.error);
    return report;
  }

  end({ result, error }: RunEndEvent): void {
    if (result !== undefined) this.span.setAttribute('migration.steps', result.steps.length);
    this.finish(this.span, error);
  }

  private finish(span: Span, error: Error | undefined): void {
    finishSpan(this.api, span, error);
  }

  private get tracer(): ReturnType<Api['trace']['getTracer']> {
    return tracerOf(this.api);
  }
}

/** Ends a span, with an error where there is one. */
export function finishSpan(api: Api, span: Span, error: Error | undefined): void {
  if (error !== undefined) {
    span.recordException(error);
    span.setStatus({ code: api.SpanStatusCode.ERROR, message: error.message });
    span.setAttribute('error.type', error instanceof MigrateError ? error.code : error.name);
  }
  span.end();
}

export function tracerOf(api: Api): ReturnType<Api['trace']['getTracer']> {
  return api.trace.getTracer('nestjs-migrate', version);
}
