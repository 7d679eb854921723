import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { HERMETIC, makeRepository, removeFolders } from "./repository.ts";

const folder = join(import.meta.dirname, "..");
const readme = readFileSync(join(folder, "README.md"), "utf8");
const blocks = [...readme.matchAll(/```js\n(.*?)```\n(?:\n```(text|console)\n(.*?)```)?/gs)].map(
  ([, code = "", language, shown]) => ({ code, language, shown }),
);
const blockWith = (name: string): (typeof blocks)[number] => {
  const block = blocks.find(({ code }) => code.includes(name));
  if (block === undefined) throw new Error(`no example has ${name}`);
  return block;
};

afterAll(removeFolders);

/** Runs a block as a file of this package, so that it finds the package by its name. */
function run(code: string, cwd: string, environment: Readonly<Record<string, string>> = {}): string {
  const file = join(folder, `readme-${process.pid}.mjs`);
  writeFileSync(file, code);
  try {
    const env = { PATH: process.env["PATH"], ...HERMETIC, ...environment };
    return execFileSync(process.execPath, [file], { cwd, env, stdio: ["ignore", "pipe", "pipe"] }).toString("utf8");
  } finally {
    rmSync(file);
  }
}

describe("README.md", () => {
  test("every example runs and prints what is shown", () => {
    expect(blocks.length).toBeGreaterThan(1);
    const { root } = makeRepository();
    for (const { code, language, shown } of blocks) {
      const printed = run(code, root);
      // What `console` shows needs a repository of its own, see below.
      if (language === "text") expect(printed).toBe(shown);
    }
  });

  test("the path filter chooses the jobs of a pull request", () => {
    const repository = makeRepository();
    repository.git("checkout", "-q", "-b", "feature");
    repository.write("services/api/README.md");
    repository.write("services/web/app.js");
    repository.commit();
    const { code } = blockWith("createPathMatcher");
    expect(run(code, repository.root, { GITHUB_BASE_REF: "main" })).toBe("docs=true\napi=false\nweb=true\n");
    expect(run(code, repository.root, { GITHUB_BASE_REF: "gone" })).toBe("docs=true\napi=true\nweb=true\n");
  });

  test("the path filter chooses every job where CI names nothing to count from", () => {
    const repository = makeRepository();
    const { code } = blockWith("createPathMatcher");
    expect(run(code, repository.root)).toBe("docs=false\napi=false\nweb=false\n");
    expect(run(code, repository.root, { CI: "true" })).toBe("docs=true\napi=true\nweb=true\n");
  });

  test("the hook looks at what is staged and at nothing else", () => {
    const repository = makeRepository();
    const { code } = blockWith("listChangedFiles");
    repository.link(join(folder, "../../node_modules"), "node_modules");
    repository.write(".gitignore", "node_modules\n");
    const paths = ["-e.js", "good 'name'.js", "last.js"];
    for (const path of paths) repository.write(path, "export {};\n");
    repository.git("add", "-A");
    repository.write("unstaged.js", "not JavaScript");
    expect(run(code, repository.root)).toContain("on 3 files");
    for (const path of paths) {
      repository.write(path, "not JavaScript");
      repository.git("add", "--", path);
      expect(() => run(code, repository.root), path).toThrow("Command failed");
      repository.write(path, "export {};\n");
      repository.git("add", "--", path);
    }
  });

  test("the hook works before the first commit, too", () => {
    const repository = makeRepository({ empty: true });
    const { code } = blockWith("listChangedFiles");
    repository.link(join(folder, "../../node_modules"), "node_modules");
    repository.write("a.js", "export {};\n");
    repository.git("add", "--", "a.js");
    expect(run(code, repository.root)).toContain("on 1 file ");
  });

  test("the packages that a change reaches are shown as they are printed", () => {
    const repository = makeRepository({ empty: true });
    const lock = (zod: string): string =>
      [
        "lockfileVersion: '9.0'",
        "importers:",
        "  .: {}",
        "  packages/api:",
        "    dependencies:",
        `      zod: { specifier: ^3.22.0, version: ${zod} }`,
        "  packages/ui: {}",
        "  packages/web:",
        "    dependencies:",
        "      '@shop/ui': { specifier: workspace:*, version: link:../ui }",
        "packages:",
        `  zod@${zod}: { resolution: { integrity: sha512-${zod} } }`,
        "snapshots:",
        `  zod@${zod}: {}`,
        "",
      ].join("\n");
    const manifest = (name: string, dependencies: Readonly<Record<string, string>> = {}): string =>
      JSON.stringify({ name, dependencies });
    repository.write("pnpm-workspace.yaml", "packages: [packages/*]\n");
    repository.write("package.json", manifest("shop"));
    repository.write("packages/api/package.json", manifest("@shop/api", { zod: "^3.22.0" }));
    repository.write("packages/ui/package.json", manifest("@shop/ui"));
    repository.write("packages/ui/src/button.ts");
    repository.write("packages/web/package.json", manifest("@shop/web", { "@shop/ui": "workspace:*" }));
    repository.write("pnpm-lock.yaml", lock("3.22.4"));
    repository.commit();
    repository.write("packages/ui/src/button.ts", "edited\n");
    repository.write("pnpm-lock.yaml", lock("3.23.8"));
    const { code, shown } = blockWith("detectAffectedUnits");
    expect(run(code, repository.root)).toBe(shown);
  });

  test("the fingerprint is the one that is shown, with git and without", () => {
    const repository = makeRepository();
    const { code, shown } = blockWith("fingerprintGlobs");
    expect(run(code, repository.root)).toBe(shown);
    repository.remove(".git");
    expect(run(code, repository.root)).toBe(shown);
  });
});
