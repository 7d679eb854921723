/** A name that users of a package can use. */
export interface PublicName {
  readonly name: string;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly isDocumented: boolean;
}
