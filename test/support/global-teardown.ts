type Stop = (() => Promise<void>) | undefined;

export default async function globalTeardown(): Promise<void> {
  const { stopTestPostgres, stopTestMysql } = globalThis as { stopTestPostgres?: Stop; stopTestMysql?: Stop };
  await Promise.all([stopTestPostgres?.(), stopTestMysql?.()]);
}
