import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { mergeMap, type Observable } from 'rxjs';
import { AnalyticsService } from './analytics.service.js';

/** Records each successful GET of a controller as a page view. */
@Injectable()
export class PageViewInterceptor implements NestInterceptor {
  constructor(private readonly analytics: AnalyticsService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method, path } = context.switchToHttp().getRequest<{ method: string; path: string }>();
    if (method !== 'GET') return next.handle();
    return next.handle().pipe(
      mergeMap(async (body: unknown) => {
        await this.analytics.recordView(path);
        return body;
      }),
    );
  }
}
