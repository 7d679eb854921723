// The types of @ai-sdk/provider name this module, whose package brings none.
declare module "json-schema" {
  /** A JSON Schema of draft 7. */
  export interface JSONSchema7 {
    readonly [keyword: string]: unknown;
  }
  /** A JSON Schema of draft 7, or what accepts everything or nothing. */
  export type JSONSchema7Definition = JSONSchema7 | boolean;
}
