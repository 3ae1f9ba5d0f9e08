export default {
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: { globals: true, include: ['test/**/*.spec.ts'], testTimeout: 60_000 },
};
