/** An error with all that caused it, that of the driver included. */
export function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let one = error; one !== undefined && one !== null && !causes.includes(one);) {
    causes.push(one);
    const { driverError, cause } = Object(one) as { driverError?: unknown; cause?: unknown };
    one = driverError ?? cause;
  }
  return causes;
}
