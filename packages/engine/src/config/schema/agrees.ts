import type * as v from "valibot";

/** Every property at every depth made required and writable, so that names and types are compared and nothing else. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]-?: Plain<Exclude<T[Key], undefined>> }
    : T;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

/** True where what a schema lets through and the type that is written for it have the same keys and types; never elsewhere. */
export type Agrees<Schema extends v.GenericSchema, Written> = Same<Plain<v.InferOutput<Schema>>, Plain<Written>> &
  Same<keyof v.InferOutput<Schema>, keyof Written>;
