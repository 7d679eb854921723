import * as fc from "fast-check";
import { createHash } from "node:crypto";
import type { CacheKeyFile, CacheKeyParts } from "../src/key/create-cache-key.ts";

/** SHA-256 of `text` in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

// Few different values, so that two questions often agree in a part; and such as run into one another when joined.
const texts = fc.constantFrom("", "a", "b", "ab", "a\0", '"');
const files: fc.Arbitrary<CacheKeyFile> = fc.record({
  path: fc.constantFrom("a.ts", "b.ts", "a.ts/b", "__proto__"),
  sha256: fc.constantFrom(sha256("1"), sha256("2")),
});

/** Questions with every part there is, often alike. */
export const questionArbitrary: fc.Arbitrary<CacheKeyParts> = fc.record(
  {
    provider: texts,
    baseUrl: fc.constantFrom("https://a.example/v1", "https://b.example/v1", "x"),
    model: texts,
    parameters: fc.dictionary(
      fc.constantFrom("temperature", "stop", "seed"),
      fc.constantFrom(0, 1, "0", null, true, ["a"], ["a", "b"], undefined),
    ),
    outputSchema: fc.constantFrom({}, { type: "object" }, null),
    persona: texts,
    promptTemplateVersion: texts,
    prompt: texts,
    files: fc.array(files, { maxLength: 4 }),
    namespace: texts,
    salt: texts,
  },
  { requiredKeys: ["provider", "model", "prompt"], noNullPrototype: true },
);
