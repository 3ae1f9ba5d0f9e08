/** Something that a database keeps though it is not whole. */
export interface DatabaseDefect {
  readonly kind: 'invalid-index' | 'not-valid-constraint';
  /** Its name as the database prints it; a constraint's behind that of its table: `product.CHK_price`. */
  readonly object: string;
  /** What it is, in a sentence. */
  readonly message: string;
  /** The statement that mends it, in a sentence. */
  readonly hint: string;
}
