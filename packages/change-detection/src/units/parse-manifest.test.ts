import { describe, expect, test } from "vitest";
import { parseManifest, type ManifestFormat } from "./parse-manifest.ts";

const parse = (text: string, format: ManifestFormat, maxBytes = 1_000_000): ReturnType<typeof parseManifest> =>
  parseManifest(Buffer.from(text), format, maxBytes);

describe("parseManifest()", () => {
  test.each<[ManifestFormat, string, unknown]>([
    ["text", "as it is", "as it is"],
    ["json", `{"a":1}`, { a: 1 }],
    ["jsonc", `{ // comment\n "a": [1,], }`, { a: [1] }],
    ["yaml", "version: 1.10\nyes: no\n", { version: "1.10", yes: "no" }],
    ["xml", "<project><a> 1 </a><a>2</a></project>", { project: { a: ["1", "2"] } }],
  ])("reads %s", async (format, text, value) => {
    expect(await parse(text, format)).toEqual({ value });
  });

  test("reads toml, with names of the prototype as names", async () => {
    const parsed = await parse("[__proto__]\nx = 1\n", "toml");
    expect("value" in parsed && Object.keys(parsed.value as object)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  test.each<[ManifestFormat, string]>([
    ["json", "{"],
    ["json", `${"[".repeat(300)}${"]".repeat(300)}`],
    ["jsonc", `{"a" 1}`],
    ["toml", "a = "],
    ["toml", "a = 1\na = 2\n"],
    ["yaml", "a: 1\na: 2\n"],
    ["yaml", "a: *nowhere\n"],
    ["yaml", "a: [\n"],
    ["xml", "<a>"],
    ["xml", "<a></b>"],
  ])("gives a reason for broken %s: %j", async (format, text) => {
    const parsed = await parse(text, format);
    expect("reason" in parsed ? parsed.reason : "none").toMatch(new RegExp(`^cannot be parsed as ${format}: \\S`));
  });

  test("gives a reason for what is too large or no UTF-8", async () => {
    expect(await parse("12345", "text", 4)).toEqual({ reason: "is larger than 4 bytes" });
    expect(await parseManifest(Buffer.from([0xc3, 0x28]), "text", 9)).toEqual({ reason: "is not UTF-8" });
  });
});
