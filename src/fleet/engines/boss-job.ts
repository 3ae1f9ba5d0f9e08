/** A job for a tenant. @param startAfter seconds */
export function jobOf(
  run: string,
  tenant: string,
  startAfter = 0,
): { readonly singletonKey: string; readonly data: object; readonly startAfter?: number } {
  return { singletonKey: `${run}/${tenant}`, data: { run, tenant }, ...(startAfter > 0 && { startAfter }) };
}
