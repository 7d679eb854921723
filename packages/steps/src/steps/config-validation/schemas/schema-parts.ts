/** A JSON Schema, with the two words of `check-schema.ts` beside those of the standard. */
export type Schema = Readonly<Record<string, unknown>>;

export const TEXT: Schema = { type: "string" };
export const FLAG: Schema = { type: "boolean" };
export const TEXTS: Schema = { type: "array", items: TEXT };
export const TEXT_OR_TEXTS: Schema = { type: ["string", "array"], items: TEXT };
/** Names and a text for each. */
export const TEXT_BY_NAME: Schema = { type: "object", additionalProperties: TEXT };
