import { configSchema } from "./config-schema.ts";

/** What walking a schema needs to see of it. */
interface SchemaNode {
  readonly wrapped?: SchemaNode | undefined;
  readonly entries?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly value?: SchemaNode | undefined;
  readonly item?: SchemaNode | undefined;
  readonly getter?: ((input: unknown) => SchemaNode) | undefined;
}

/** The keys that the mapping at `path` of `document` may have; empty where the schema names none. */
export function knownKeysAt(path: readonly (string | number)[], document: unknown): readonly string[] {
  let node: SchemaNode | undefined = configSchema as unknown as SchemaNode;
  let value = document;
  for (const segment of path) {
    node = unwrap(node, value);
    node = node?.entries?.[segment] ?? node?.value ?? node?.item;
    value = (value as Readonly<Record<string | number, unknown>> | undefined | null)?.[segment];
  }
  return Object.keys(unwrap(node, value)?.entries ?? {});
}

function unwrap(node: SchemaNode | undefined, value: unknown): SchemaNode | undefined {
  let current = node;
  while (current?.wrapped !== undefined || current?.getter !== undefined) {
    current = current.wrapped ?? current.getter?.(value);
  }
  return current;
}
