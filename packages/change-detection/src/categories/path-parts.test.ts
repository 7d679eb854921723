import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { innerExtensionOf, splitPath, stemOf } from "./path-parts.ts";

describe("splitPath()", () => {
  test("takes name, extension and folders in lower case and keeps the name as it is", () => {
    expect(splitPath("Src/UI/README.de.MD")).toEqual({
      path: "Src/UI/README.de.MD",
      exactName: "README.de.MD",
      name: "readme.de.md",
      extension: "md",
      folders: ["src", "ui"],
    });
  });

  test("a leading dot begins no extension, a slash at the end no name", () => {
    expect(splitPath(".gitignore")).toMatchObject({ extension: "", folders: [] });
    expect(splitPath(".eslintrc.json").extension).toBe("json");
    expect(splitPath("vendor/sub/")).toMatchObject({ name: "sub", folders: ["vendor"] });
  });

  test("an ending that says copy me is not part of the name", () => {
    expect(splitPath(".env.example")).toMatchObject({ name: ".env", exactName: ".env.example" });
    expect(splitPath("phpunit.xml.dist")).toMatchObject({ name: "phpunit.xml", extension: "xml" });
    expect(splitPath(".example").name).toBe(".example");
    expect(splitPath("a/example").name).toBe("example");
  });

  test("any string can be taken apart and put together again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (path) => {
        const parts = splitPath(path);
        const slash = parts.path.lastIndexOf("/");
        expect(parts.path.slice(slash + 1)).toBe(parts.exactName);
        expect(parts.name === "" || parts.name.endsWith(parts.extension)).toBe(true);
        if (slash > 0) expect(parts.folders.join("/")).toBe(parts.path.slice(0, slash).toLowerCase());
      }),
    );
  });
});

describe("stemOf() and innerExtensionOf()", () => {
  test("give what is before the first dot and between the last two", () => {
    expect(stemOf("readme.de.md")).toBe("readme");
    expect(stemOf(".env.local")).toBe(".env");
    expect(innerExtensionOf(splitPath("bat.1.in"))).toBe("1");
    expect(innerExtensionOf(splitPath("META.in"))).toBe("");
    expect(innerExtensionOf(splitPath("a"))).toBe("");
  });
});
