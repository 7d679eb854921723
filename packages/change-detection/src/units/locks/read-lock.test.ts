import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { json } from "../../../test/memory-tree.ts";
import { compareLocks, type LockDifference } from "./compare-locks.ts";
import type { LockGraph, LockMember } from "./lock-graph.ts";
import { lockKind, readLock } from "./read-lock.ts";

async function graphOf(path: string, text: string, members: readonly LockMember[] = []): Promise<LockGraph> {
  const reading = await readLock(path, Buffer.from(text), members);
  if ("reason" in reading) throw new Error(reading.reason);
  return reading.graph;
}

/** Importers that differ, with what differs; or the part that makes all of them differ. */
async function compare(
  path: string,
  base: string,
  now: string,
  members: readonly LockMember[] = [],
): Promise<Readonly<Record<string, string>> | string> {
  const difference: LockDifference = compareLocks(
    await graphOf(path, base, members),
    await graphOf(path, now, members),
  );
  if (difference.kind === "everything") return difference.what;
  return Object.fromEntries(difference.importers.map(({ importer, what }) => [importer, what]));
}

const NAMES = [
  "pnpm-lock.yaml",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "bun.lock",
  "Cargo.lock",
  "uv.lock",
  "poetry.lock",
];

describe("readLock()", () => {
  test.each(NAMES)("any bytes of %s give a graph or a reason and never an exception", async (name) => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          fc.json().map((text) => Buffer.from(text)),
          fc
            .array(
              fc.constantFrom(
                "lockfileVersion: '9.0'\n",
                "importers:\n",
                "  .:\n",
                "snapshots:\n",
                "  a@1:\n",
                '"a@^1":\n',
                "# yarn lockfile v1\n",
                "  version: 1\n",
                "__metadata:\n",
                "version = 1\n",
                "[[package]]\n",
                'name = "a"\n',
                "- x\n",
                "\t",
              ),
            )
            .map((parts) => Buffer.from(parts.join(""))),
        ),
        async (bytes) => {
          const reading = await readLock(name, bytes, [
            { folder: "", name: "x", requires: [{ name: "a", range: "^1" }] },
          ]);
          expect("graph" in reading || reading.reason.length > 0).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ["bun.lockb", "\0", "is binary"],
    ["deno.lock", "{}", "is of a format that is not taken apart"],
    ["pnpm-lock.yaml", "lockfileVersion: 5.4\n", "lockfileVersion 5.4 is not one of 6 and 9"],
    ["pnpm-lock.yaml", "lockfileVersion: '10.0'\n", "lockfileVersion 10.0 is not one of 6 and 9"],
    ["package-lock.json", json({ lockfileVersion: 1, dependencies: {} }), "lockfileVersion 1 is not one of 2 and 3"],
    ["bun.lock", json({ lockfileVersion: 7 }), "lockfileVersion 7 is not one of 0 and 1"],
    ["yarn.lock", "__metadata:\n  version: 3\n", "__metadata.version 3 is not one of 4 to 9"],
    ["yarn.lock", "# yarn lockfile v1\n\n???\n", "cannot be parsed: line 3 is not understood"],
    ["Cargo.lock", "version = 5\n", "version 5 is not one of 1 to 4"],
    ["uv.lock", "version = 2\n", "version 2 is not 1"],
    ["poetry.lock", "", "lock-version (none) is not one of 1 and 2"],
    ["package-lock.json", "{", "cannot be parsed as json"],
    ["package-lock.json", "<<<<<<< ours\n{}\n", "cannot be parsed as json"],
  ])("%s with %j: %s", async (name, text, reason) => {
    const reading = await readLock(name, Buffer.from(text), []);
    expect("reason" in reading ? reading.reason : "").toContain(reason);
  });

  test("knows which units a lock file is for", () => {
    expect(lockKind("a/b/pnpm-lock.yaml")).toBe("js");
    expect(lockKind("Cargo.lock")).toBe("cargo");
    expect(lockKind("go.sum")).toBeUndefined();
  });
});

const pnpm9 = (edit: (text: string) => string = (text) => text): string =>
  edit(`lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

catalogs:
  default:
    react:
      specifier: ^18.0.0
      version: 18.2.0

importers:

  .: {}

  packages/a:
    dependencies:
      b:
        specifier: workspace:*
        version: link:../b
      react:
        specifier: 'catalog:'
        version: 18.2.0
      ui:
        specifier: ^1.0.0
        version: 1.0.0(react@18.2.0)

  packages/b:
    dependencies:
      cycle-a:
        specifier: ^1.0.0
        version: 1.0.0
      renamed:
        specifier: npm:lodash@^4
        version: lodash@4.17.20

packages:

  cycle-a@1.0.0:
    resolution: {integrity: sha512-a}

  cycle-b@1.0.0:
    resolution: {integrity: sha512-b}

  lodash@4.17.20:
    resolution: {integrity: sha512-l}

  react@18.2.0:
    resolution: {integrity: sha512-r}

  ui@1.0.0:
    resolution: {integrity: sha512-u}
    peerDependencies:
      react: '*'

snapshots:

  cycle-a@1.0.0:
    dependencies:
      cycle-b: 1.0.0

  cycle-b@1.0.0:
    dependencies:
      cycle-a: 1.0.0

  lodash@4.17.20: {}

  react@18.2.0: {}

  ui@1.0.0(react@18.2.0):
    dependencies:
      react: 18.2.0
`);

describe("pnpm-lock.yaml", () => {
  const compareTo = (edit: (text: string) => string): ReturnType<typeof compare> =>
    compare("pnpm-lock.yaml", pnpm9(), pnpm9(edit));

  test("everything that is referred to is found", async () => {
    const { nodes, importers } = await graphOf("pnpm-lock.yaml", pnpm9());
    const all = [...nodes.values(), ...importers.values()].flatMap(({ needs }) => needs);
    expect(all.filter((key) => !nodes.has(key))).toEqual([]);
    expect(importers.get("packages/b")?.needs).toEqual(["cycle-a@1.0.0", "lodash@4.17.20"]);
  });

  test("a line concerns the importers that reach it, through aliases, peers and cycles", async () => {
    expect(await compareTo((text) => text)).toEqual({});
    expect(await compareTo((text) => text.replaceAll("4.17.20", "4.17.21"))).toEqual({
      "packages/b": "lodash 4.17.20 -> 4.17.21",
    });
    expect(await compareTo((text) => text.replace("sha512-b", "sha512-x"))).toEqual({
      "packages/b": "cycle-b 1.0.0 resolves differently",
    });
    expect(Object.keys(await compareTo((text) => text.replaceAll("18.2.0", "18.3.0")))).toEqual(["packages/a"]);
  });

  test("a catalog entry concerns the importers that use it", async () => {
    const difference = await compareTo((text) => text.replace("specifier: ^18.0.0", "specifier: ^18.2.0"));
    expect(difference).toEqual({ "packages/a": "its requirements changed" });
  });

  test.each([
    [
      "settings",
      (text: string) => text.replace("autoInstallPeers: true", "autoInstallPeers: false"),
      "`settings` changed",
    ],
    [
      "overrides",
      (text: string) => text.replace("importers:", "overrides:\n  x: 1.0.0\n\nimporters:"),
      "`overrides` changed",
    ],
    [
      "patches",
      (text: string) => text.replace("importers:", "patchedDependencies:\n  x: {hash: a, path: p}\n\nimporters:"),
      "`patchedDependencies` changed",
    ],
    [
      "a part of the future",
      (text: string) => text.replace("importers:", "surprise: 1\n\nimporters:"),
      "`surprise` changed",
    ],
    ["the version", (text: string) => text.replace("'9.0'", "'9.1'"), "`lockfileVersion` changed"],
  ])("%s concern everything", async (_name, edit, what) => {
    expect(await compareTo(edit)).toBe(what);
  });

  test("two names that swap their packages are not the same as before", async () => {
    const swapped = (one: string, two: string): string =>
      pnpm9((text) =>
        text
          .replace(
            "  lodash@4.17.20: {}",
            "  lodash@4.17.20:\n    dependencies:\n      one: ONE\n      two: TWO\n  ms@1.0.0: {}\n  ms@2.0.0: {}",
          )
          .replace(
            "snapshots:",
            "  ms@1.0.0: {resolution: {integrity: m1}}\n  ms@2.0.0: {resolution: {integrity: m2}}\nsnapshots:",
          )
          .replace("ONE", `ms@${one}`)
          .replace("TWO", `ms@${two}`),
      );
    expect(await compare("pnpm-lock.yaml", swapped("1.0.0", "2.0.0"), swapped("2.0.0", "1.0.0"))).toEqual({
      "packages/b": "lodash 4.17.20 resolves differently",
    });
  });

  test("a package without its snapshot counts as changed for those who need it", async () => {
    expect(await compareTo((text) => text.replace("  lodash@4.17.20: {}\n", ""))).toEqual({
      "packages/b": "renamed@lodash@4.17.20 is not resolved",
    });
  });

  test("version 6: keys begin with a slash, marks of use do not count, a project alone has no importers", async () => {
    const six = (dev: boolean, version: string): string => `lockfileVersion: '6.0'

dependencies:
  a:
    specifier: ^1.0.0
    version: 1.0.0

packages:

  /a@1.0.0:
    resolution: {integrity: sha512-a}
    dependencies:
      b: ${version}(p@1.0.0)
    dev: ${dev}

  /b@${version}(p@1.0.0):
    resolution: {integrity: sha512-b}
    dev: ${dev}
`;
    expect(await compare("pnpm-lock.yaml", six(true, "2.0.0"), six(false, "2.0.0"))).toEqual({});
    expect(await compare("pnpm-lock.yaml", six(true, "2.0.0"), six(true, "2.1.0"))).toEqual({
      "": "b 2.0.0 -> 2.1.0",
    });
  });
});

describe("package-lock.json", () => {
  const lock = (packages: Readonly<Record<string, unknown>>, lockfileVersion = 3): string =>
    json({ name: "root", lockfileVersion, packages });
  const entry = (version: string, more: object = {}): object => ({ version, integrity: `sha512-${version}`, ...more });
  const base = {
    "": { name: "root", workspaces: ["packages/*"], devDependencies: { tool: "^1" } },
    "node_modules/a": { resolved: "packages/a", link: true },
    "node_modules/b": { resolved: "packages/b", link: true },
    "packages/a": { dependencies: { x: "^1", b: "*" } },
    "packages/b": { dependencies: { x: "^2" } },
    "node_modules/tool": entry("1.0.0", { dev: true }),
    "node_modules/x": entry("1.0.0", { dependencies: { deep: "*" } }),
    "node_modules/deep": entry("1.0.0"),
    "packages/b/node_modules/x": entry("2.0.0", { dependencies: { deep: "*" }, optionalDependencies: { absent: "*" } }),
  };

  test("resolves as Node does: nested first, then outwards", async () => {
    const { importers, nodes } = await graphOf("package-lock.json", lock(base));
    const versions = (folder: string): (string | undefined)[] | undefined =>
      importers.get(folder)?.needs.map((key) => nodes.get(key)?.version);
    expect(versions("packages/a")).toEqual(["1.0.0"]);
    expect(versions("packages/b")).toEqual(["2.0.0"]);
    expect([...importers.keys()]).toEqual(["", "packages/a", "packages/b"]);
  });

  test("a line concerns the importers that reach it", async () => {
    const nested = { ...base, "packages/b/node_modules/x": entry("2.0.1", { dependencies: { deep: "*" } }) };
    expect(await compare("package-lock.json", lock(base), lock(nested))).toEqual({ "packages/b": "x 2.0.0 -> 2.0.1" });
    const deep = { ...base, "node_modules/deep": entry("1.0.1") };
    expect(Object.keys(await compare("package-lock.json", lock(base), lock(deep)))).toEqual([
      "packages/a",
      "packages/b",
    ]);
  });

  test("a package that is only hoisted elsewhere, or only marked otherwise, stays the same", async () => {
    const { "node_modules/deep": deep, ...rest } = base;
    const moved = {
      ...rest,
      "node_modules/x/node_modules/deep": deep,
      "packages/b/node_modules/deep": { ...deep, dev: true },
    };
    expect(await compare("package-lock.json", lock(base), lock(moved))).toEqual({});
  });

  test("two names that swap their packages are not the same as before", async () => {
    const aliased = (one: string, two: string): string =>
      lock({
        "": { dependencies: { one: "npm:real@*", two: "npm:real@*" } },
        "node_modules/one": entry(one, { name: "real" }),
        "node_modules/two": entry(two, { name: "real" }),
      });
    expect(
      Object.keys(await compare("package-lock.json", aliased("1.0.0", "2.0.0"), aliased("2.0.0", "1.0.0"))),
    ).toEqual([""]);
  });

  test("a dependency that is absent without being optional counts as changed", async () => {
    const { "node_modules/deep": _deep, ...broken } = base;
    expect(Object.keys(await compare("package-lock.json", lock(broken), lock(broken)))).toEqual([
      "packages/a",
      "packages/b",
    ]);
  });

  test("version 2 and version 3 are different formats", async () => {
    expect(await compare("package-lock.json", lock(base, 2), lock(base, 3))).toBe("`lockfileVersion` changed");
  });
});

describe("yarn.lock of version 1", () => {
  const members: readonly LockMember[] = [
    { folder: "", name: "root", requires: [] },
    {
      folder: "a",
      name: "@s/a",
      requires: [
        { name: "lodash", range: "^4.17.0" },
        { name: "@s/b", range: "1.0.0" },
      ],
    },
    {
      folder: "b",
      name: "@s/b",
      requires: [
        { name: "@scope/x", range: ">=1 <3" },
        { name: "forced", range: "^1" },
      ],
    },
  ];
  const text = `# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.
# yarn lockfile v1


"@scope/x@>=1 <3":
  version "2.0.0"
  resolved "https://registry.yarnpkg.com/@scope/x/-/x-2.0.0.tgz#abc"
  integrity sha512-x==
  dependencies:
    "@scope/y" "^1.0.0"

"@scope/y@^1.0.0", "@scope/y@^1.1.0":
  version "1.1.0"
  resolved "https://registry.yarnpkg.com/@scope/y/-/y-1.1.0.tgz#abc"

forced@2.0.0:
  version "2.0.0"

lodash@^4.17.0:
  version "4.17.20"
  optionalDependencies:
    absent "^1"
`;

  test("a line concerns the members that reach it, by the requirements of their manifests", async () => {
    const compareTo = (now: string): ReturnType<typeof compare> => compare("yarn.lock", text, now, members);
    const missing = { a: "absent@^1 is not resolved" };
    expect(await compareTo(text)).toEqual(missing);
    const whole = text.replace('  optionalDependencies:\n    absent "^1"\n', "");
    expect(await compare("yarn.lock", whole, whole.replace("4.17.20", "4.17.21"), members)).toEqual({
      a: "lodash 4.17.20 -> 4.17.21",
    });
    expect(
      Object.keys(await compare("yarn.lock", whole, whole.replace("y-1.1.0.tgz#abc", "y-1.1.0.tgz#abd"), members)),
    ).toEqual(["b"]);
    // What `resolutions` forces is found by its name.
    expect(
      await compare(
        "yarn.lock",
        whole,
        whole.replace('version "2.0.0"\n\nlodash', 'version "2.0.1"\n\nlodash'),
        members,
      ),
    ).toEqual({
      b: "forced 2.0.0 -> 2.0.1",
    });
  });

  test("another range for the same version changes nothing for those who had it", async () => {
    const whole = text.replace('  optionalDependencies:\n    absent "^1"\n', "");
    expect(
      await compare("yarn.lock", whole, whole.replace("lodash@^4.17.0:", "lodash@^4.17.0, lodash@^4.17.1:"), members),
    ).toEqual({});
  });
});

describe("yarn.lock of yarn 2 and later", () => {
  const text = `__metadata:
  version: 8
  cacheKey: 10c0

"@s/a@workspace:packages/a":
  version: 0.0.0-use.local
  resolution: "@s/a@workspace:packages/a"
  dependencies:
    "@s/b": "workspace:*"
    lodash: "catalog:"
    alias: "npm:real@^1"
  languageName: unknown
  linkType: soft

"@s/b@workspace:*, @s/b@workspace:packages/b":
  version: 0.0.0-use.local
  resolution: "@s/b@workspace:packages/b"
  dependencies:
    typescript: "npm:^5.0.0"
  languageName: unknown
  linkType: soft

"alias@npm:real@^1":
  version: 1.0.0
  resolution: "real@npm:1.0.0"
  checksum: 10c0/r
  linkType: hard

"lodash@npm:^4.17.0":
  version: 4.17.20
  resolution: "lodash@npm:4.17.20"
  checksum: 10c0/l
  linkType: hard

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."
  linkType: soft

"typescript@npm:^5.0.0":
  version: 5.0.0
  resolution: "typescript@npm:5.0.0"
  checksum: 10c0/t
  linkType: hard

"typescript@patch:typescript@npm%3A^5.0.0#optional!builtin<compat/typescript>":
  version: 5.0.0
  resolution: "typescript@patch:typescript@npm%3A5.0.0#optional!builtin<compat/typescript>::version=5.0.0&hash=aaa"
  checksum: 10c0/p
  linkType: hard
`;

  test("a line concerns the members that reach it, catalogs, aliases and built-in patches included", async () => {
    const compareTo = (now: string): ReturnType<typeof compare> => compare("yarn.lock", text, now);
    expect(await compareTo(text)).toEqual({});
    expect(Object.keys(await compareTo(text.replace("10c0/l", "10c0/m")))).toEqual(["packages/a"]);
    expect(Object.keys(await compareTo(text.replace("10c0/r", "10c0/m")))).toEqual(["packages/a"]);
    expect(Object.keys(await compareTo(text.replace("10c0/p", "10c0/m")))).toEqual(["packages/b"]);
    expect(await compareTo(text.replace("cacheKey: 10c0", "cacheKey: 11c0"))).toBe("`__metadata` changed");
  });
});

describe("bun.lock", () => {
  const lock = (packages: string, extra = ""): string => `{
  // A comment, and trailing commas.
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "root", },
    "packages/a": { "name": "a", "dependencies": { "x": "^1", "b": "workspace:*", "c": "catalog:" } },
    "packages/b": { "name": "b", "devDependencies": { "x": "^2" } },
  },
  "catalog": { "c": "^1.0.0" },${extra}
  "packages": {
    "a": ["a@workspace:packages/a"],
    "b": ["b@workspace:packages/b"],
    "c": ["c@1.0.0", "", {}, "sha512-c"],
    "x": ["x@1.0.0", "", { "dependencies": { "@s/y": "*" } }, "sha512-x1"],
    "@s/y": ["@s/y@1.0.0", "", {}, "sha512-y1"],
    ${packages}
  },
}`;
  const nested = `"b/x": ["x@2.0.0", "", { "dependencies": { "@s/y": "*" } }, "sha512-x2"], "b/x/@s/y": ["@s/y@2.0.0", "", {}, "sha512-y2"],`;

  test("resolves nested names first, and a line concerns the importers that reach it", async () => {
    expect(await compare("bun.lock", lock(nested), lock(nested))).toEqual({});
    expect(await compare("bun.lock", lock(nested), lock(nested.replaceAll("@s/y@2.0.0", "@s/y@2.0.1")))).toEqual({
      "packages/b": "@s/y 2.0.0 -> 2.0.1",
    });
    expect(await compare("bun.lock", lock(nested), lock(nested).replace("sha512-y1", "sha512-y9"))).toEqual({
      "packages/a": "x 1.0.0 resolves differently",
    });
    expect(
      Object.keys(await compare("bun.lock", lock(nested), lock(nested).replace('"c": "^1.0.0"', '"c": "^1.0.1"'))),
    ).toEqual(["packages/a"]);
  });

  test("overrides concern everything", async () => {
    expect(await compare("bun.lock", lock(nested), lock(nested, `\n  "overrides": { "x": "1" },`))).toBe(
      "`overrides` changed",
    );
  });
});

describe("Cargo.lock", () => {
  const text = `version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = ["core", "rand 0.8.0"]

[[package]]
name = "core"
version = "0.1.0"
dependencies = ["serde"]

[[package]]
name = "tool"
version = "0.1.0"
dependencies = ["rand 0.7.0"]

[[package]]
name = "rand"
version = "0.7.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "7"

[[package]]
name = "rand"
version = "0.8.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "8"

[[package]]
name = "serde"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "s"
`;

  test("a line concerns the members that reach it, also through each other", async () => {
    expect(await compare("Cargo.lock", text, text)).toEqual({});
    expect(await compare("Cargo.lock", text, text.replaceAll("0.7.0", "0.7.1"))).toEqual({
      tool: "rand 0.7.0 -> 0.7.1",
    });
    expect(Object.keys(await compare("Cargo.lock", text, text.replace('"s"', '"t"')))).toEqual(["app", "core"]);
  });

  test("checksums of the older format count", async () => {
    const old = (sum: string): string =>
      `[[package]]\nname = "a"\nversion = "1.0.0"\ndependencies = ["b 1.0.0 (registry+x)"]\n[[package]]\nname = "b"\nversion = "1.0.0"\nsource = "registry+x"\n[metadata]\n"checksum b 1.0.0 (registry+x)" = "${sum}"\n`;
    expect(Object.keys(await compare("Cargo.lock", old("1"), old("2")))).toEqual(["a"]);
  });
});

describe("uv.lock and poetry.lock", () => {
  const uv = `version = 1
requires-python = ">=3.12"

[manifest]
members = ["a", "b"]

[[package]]
name = "a"
version = "0.1.0"
source = { editable = "packages/a" }
dependencies = [{ name = "requests" }, { name = "b" }]

[[package]]
name = "b"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "numpy", version = "1.0", source = { registry = "https://pypi.org/simple" }, marker = "x" }]

[[package]]
name = "numpy"
version = "1.0"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "numpy"
version = "2.0"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "requests"
version = "2.0"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "u", hash = "sha256:1" }
`;

  test("a line of uv.lock concerns the members that reach it", async () => {
    expect(await compare("uv.lock", uv, uv)).toEqual({});
    expect(Object.keys(await compare("uv.lock", uv, uv.replace("sha256:1", "sha256:2")))).toEqual(["packages/a"]);
    const added = uv.replace(
      'version = "2.0"\nsource = { registry = "https://pypi.org/simple" }\n\n[[package]]\nname = "requests"',
      'version = "2.1"\nsource = { registry = "https://pypi.org/simple" }\n\n[[package]]\nname = "requests"',
    );
    expect(added).not.toBe(uv);
    expect(await compare("uv.lock", uv, added)).toEqual({});
    expect(await compare("uv.lock", uv, uv.replace('members = ["a", "b"]', 'members = ["a"]'))).toEqual({});
    expect(await compare("uv.lock", uv, uv.replace(">=3.12", ">=3.13"))).toBe("`requires-python` changed");
    const until = (day: string): string =>
      uv.replace("[manifest]", `[options]\nexclude-newer = "2024-01-0${day}T00:00:00Z"\n\n[manifest]`);
    expect(await compare("uv.lock", until("1"), until("2"))).toEqual({});
  });

  test("poetry.lock concerns its project where packages differ, not where only its own bookkeeping does", async () => {
    const poetry = (version: string, hash: string, by = "2.0.0"): string =>
      `# generated by Poetry ${by}\n[[package]]\nname = "x"\nversion = "${version}"\nfiles = []\n\n[metadata]\nlock-version = "2.1"\npython-versions = "^3.11"\ncontent-hash = "${hash}"\n`;
    expect(await compare("poetry.lock", poetry("1", "a"), poetry("1", "b", "2.1.0"))).toEqual({});
    expect(await compare("poetry.lock", poetry("1", "a"), poetry("2", "a"))).toEqual({ "": "x 1 -> 2" });
  });
});
