import * as fc from "fast-check";
import { expect, test } from "vitest";
import { quoteServerWords } from "./quote-server-words.ts";

test("quoteServerWords() repeats what a server says on one short line without escapes", () => {
  const quote = quoteServerWords("\u001B[31mcontext is\ntoo   long\u0007 ", { secrets: [], texts: [] });
  expect(quote).toBe("context is too long");
  expect(quoteServerWords("x ".repeat(500), { secrets: [], texts: [] })).toHaveLength(200);
  expect(quoteServerWords(" \n", { secrets: [], texts: [] })).toBeUndefined();
});

test.each(["sk-proj-abc123DEF456", "AIzaSyA1234567890abcdefghij", "Bearer abc.def.ghi", "gsk_1234567890abc"])(
  "quoteServerWords() blots out what looks like the key %s",
  (key) => {
    const quote = quoteServerWords(`Incorrect API key provided: ${key}.`, { secrets: [], texts: [] });
    expect(quote).toContain("***");
    expect(quote).not.toContain(key.slice(-6));
  },
);

test("quoteServerWords() never repeats a secret", () => {
  const secret = fc.stringMatching(/^[a-zA-Z0-9]{8,40}$/);
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (key, before, after) => {
      const quote = quoteServerWords(`${before}${key}${after}`, { secrets: [key], texts: [] });
      expect(quote ?? "").not.toContain(key);
    }),
  );
});

test("quoteServerWords() keeps silent where the words repeat 20 characters of a prompt, however they are broken", () => {
  const prompt = "export const password =\n\t'correct horse battery staple';";
  const repeat = (words: string): string | undefined => quoteServerWords(words, { secrets: [], texts: [prompt] });
  expect(repeat(`bad input: ${JSON.stringify(prompt)}`)).toBeUndefined();
  expect(repeat("bad input: correct horse battery staple")).toBeUndefined();
  expect(repeat("bad input: correct horse")).toBe("bad input: correct horse");
});
