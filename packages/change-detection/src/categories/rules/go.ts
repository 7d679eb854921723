import type { Rule } from "../rule.ts";

/** A host name after vendor/: linguist's test for a vendored Go module, with the hosts that its list of endings leaves out. */
const MODULE_HOST = /(?:^|\/)vendor\/(?:[a-z0-9-]+\.)+[a-z]{2,}\//;

/** Go. */
export const GO: readonly Rule[] = [
  {
    rule: "go/lock-file",
    category: "dependencies",
    generated: true,
    names: "go.sum go.work.sum gopkg.lock glide.lock",
  },
  {
    rule: "go/manifest",
    category: "dependencies",
    names: "go.mod go.work gopkg.toml glide.yaml godeps.json vendor.conf",
  },
  {
    rule: "go/vendored-module",
    category: "dependencies",
    folders: "vendor",
    holds: ({ path, name }) =>
      (name === "modules.txt" && path.endsWith("vendor/modules.txt")) ||
      (MODULE_HOST.test(path) && !/\.md$|^(?:licen[cs]e|readme|notice|copying|authors|patents)/.test(name)),
  },
  {
    rule: "go/test-file",
    category: "tests",
    extensions: "go",
    holds: ({ name, folders }) =>
      /_(?:test|fuzz)\.go$|^fuzz\.go$/.test(name) ||
      // Packages for tests of others, as net/http/httptest; not latest/, contest/, loadtest/
      folders.some(
        (folder) =>
          folder.endsWith("test") &&
          /[a-z]test$/.test(folder) &&
          !/(?:la|con|pro|at|grea|fas|speed|load|pen|back|go)test$/.test(folder),
      ),
  },
  { rule: "go/golden-file", category: "tests", extensions: "golden txtar" },
  { rule: "go/source", category: "code", extensions: "go templ gohtml gotmpl tmpl" },
];
