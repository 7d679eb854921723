import { expect, test } from "vitest";
import { readPublished, unpackPublished } from "./published-packages.ts";

test("unpacks packages of npm as they were published, and again from what it has kept", async () => {
  for (let time = 0; time < 2; time += 1) {
    const folders = await unpackPublished(["ms@2.1.3", "@types/ms@2.1.0"]);
    expect(JSON.parse(readPublished(folders["ms@2.1.3"], "package.json"))).toMatchObject({
      name: "ms",
      version: "2.1.3",
    });
    expect(readPublished(folders["@types/ms@2.1.0"], "index.d.ts")).toContain("declare");
  }
});

test("says so where there is no such package", async () => {
  await expect(unpackPublished(["ms@0.0.0-none"])).rejects.toThrow("ms");
});
