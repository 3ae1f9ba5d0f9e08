export default {
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: { globals: true, include: ['test/**/*.spec.ts'] },
};
