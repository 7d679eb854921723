/** What a name is to those who use the code. */
export type NameKind = "export" | "flag" | "variable" | "script" | "key" | "setting" | "file";

/** Something that code offers under a name that documents may tell of. */
export interface DeclaredName {
  readonly kind: NameKind;
  readonly name: string;
  /** What is said of it where it is declared, on one line. */
  readonly signature: string;
}
