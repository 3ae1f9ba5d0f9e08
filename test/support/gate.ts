/** Lets a revision wait until the test has looked. */
export class Gate {
  private open: () => void = () => undefined;
  private reach: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));
  readonly reached = new Promise<void>((resolve) => (this.reach = resolve));

  pass(): Promise<void> {
    this.reach();
    return this.opened;
  }

  release(): void {
    this.open();
  }
}
