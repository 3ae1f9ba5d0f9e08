/** One line for each check, with what was printed where one fails. */
export class Report {
  failures = 0;

  check(what, isRight, details = '') {
    console.log(`${isRight ? 'ok  ' : 'FAIL'} ${what}`);
    if (isRight) return;
    this.failures += 1;
    if (details !== '') console.log(String(details).trimEnd().replaceAll(/^/gm, '     '));
  }

  /** For what this machine cannot run. */
  leftOut(what, reason) {
    console.log(`left out: ${what}, because ${reason}`);
  }

  finish() {
    console.log(this.failures === 0 ? 'All checks of the tarball passed.' : `${this.failures} checks failed.`);
    return this.failures === 0 ? 0 : 1;
  }
}
