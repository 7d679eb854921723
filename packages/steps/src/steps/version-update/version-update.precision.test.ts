import { cpSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Finding } from "@ai-workflow/engine";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import type { PublishedPackage } from "../../../test/published/published-packages.ts";
import { createStepRepository } from "../../../test/step-repository.ts";
import updateVersion from "./step.ts";

/** Lines of a package that hold its version, `file:line`. */
const places = (from: PublishedPackage, ...whats: readonly string[]): readonly PublishedCase[] =>
  whats.map((what) => ({ from, what }));

/** What is written, and what is told, of each package; several cases of one are judged at once. */
const judged = new Map<string, Promise<readonly Finding[]>>();

/**
 * Tags a package as released with its version, has a repair committed and the version raised, and gives the lines that the step wrote or
 * says should be raised as well.
 */
async function raise(folder: string): Promise<readonly Finding[]> {
  const repository = createStepRepository();
  try {
    cpSync(folder, repository.directory, { recursive: true });
    rmSync(path.join(repository.directory, "node_modules"), { recursive: true, force: true });
    repository.commit("feat: all of it");
    const { version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
      readonly version: string;
    };
    repository.git("tag", `v${version}`);
    repository.commit("fix: what was wrong");
    const { findings } = await repository.run("version_update", updateVersion, { with: { apply: true } });
    const diff = repository.git("diff", "--unified=0", "--no-color", "--no-ext-diff");
    const written: Finding[] = [];
    let file = "";
    for (const line of diff.split("\n")) {
      file = /^\+\+\+ b\/(.*)$/.exec(line)?.[1] ?? file;
      const [, from, count = "1"] = /^@@ -(\d+)(?:,(\d+))? \+/.exec(line) ?? [];
      for (let index = 0; index < Number(from === undefined ? 0 : count); index += 1)
        written.push({ rule: "written", severity: "error", message: "", file, line: Number(from) + index });
    }
    const told = findings.filter(({ rule }) => rule === "version-in-code");
    // A wrong note is a false alarm as well as a wrong edit.
    return [...written, ...told.map((one) => ({ ...one, severity: "error" as const }))];
  } finally {
    repository.close();
  }
}

measurePrecision<PublishedCase, PublishedCase>({
  step: "version_update",
  problems: [
    ...places("async@0.9.2", "package.json:6", "bower.json:4", "component.json:4"),
    ...places("underscore.string@2.4.0", "bower.json:3", "component.json:5", "lib/underscore.string.js:192"),
    ...places("bunyan@0.23.1", "package.json:3", "lib/bunyan.js:10", "bin/bunyan:9"),
    ...places("bunyan@1.8.15", "lib/bunyan.js:11", "bin/bunyan:14"),
    ...places("jade@1.3.1", "component.json:5"),
    ...places("merge-junit@0.2.1", "package.json:3", "Cargo.toml:3", "Cargo.lock:295"),
    ...places("bats@1.10.0", "libexec/bats-core/bats:4"),
    ...places("web3@0.20.7", "package.js:4", "lib/version.json:2"),
    ...places("chai@1.9.1", "bower.json:3", "lib/chai.js:14"),
    ...places("nprogress@0.2.0", "bower.json:5", "component.json:5", "nprogress.js:17"),
    ...places("numeral@1.5.3", "numeral.js:3", "numeral.js:16"),
    ...places("backbone@1.0.0", "backbone.js:1", "backbone.js:37"),
    ...places("html5shiv@3.7.3", "src/html5shiv-printshiv.js:7", "src/html5shiv.js:2"),
    ...places("slick-carousel@1.8.1", "slick.jquery.json:12", "slick/slick.js:9"),
    ...places("cucumber@0.4.0", "lib/cucumber.js:19"),
    ...places("policyfile@0.0.4", "lib/server.js:289"),
    ...places("validator@3.12.0", "validator.js:36"),
    ...places("react-native-maps@0.21.0", "lib/android/gradle.properties:2"),
    ...places("swipebox@1.4.4", "grunt/package.json:3", "src/js/jquery.swipebox.js:1"),
    ...places("pickadate@3.6.4", "lib/picker.date.js:2"),
  ],
  lookAlikes: [
    // What it depends on has the same version by chance.
    ...places("power-assert@1.0.0", "package.json:36", "package.json:42"),
    ...places("tap-diff@0.1.1", "package.json:18"),
    ...places("tap-difflet@0.7.2", "package.json:44"),
    ...places("tap-summary@4.0.0", "package.json:36"),
    ...places("node-gyp@10.2.0", "package.json:42"),
    ...places("fast-csv@0.4.1", "package.json:27"),
    ...places("dunder-proto@1.0.1", "package.json:37"),
    ...places("react-native-camera@1.1.4", "yarn.lock:668"),
    ...places("junit-merge@2.0.0", "yarn.lock:9", "yarn.lock:66"),
    ...places("vue-resize@0.4.5", "docs-src/yarn.lock:861", "docs-src/yarn.lock:5238"),
    // What is told of it stays true.
    ...places("bunyan@0.23.1", "CHANGES.md:9", "README.md:647", "test/process-exit.test.js:5"),
    ...places("underscore.string@2.4.0", "README.markdown:686"),
    ...places("convert-source-map@2.0.0", "README.md:28", "README.md:30"),
    ...places("chai@1.9.1", "History.md:2", "ReleaseNotes.md:3"),
    ...places("nprogress@0.2.0", "History.md:1", "History.md:110"),
    ...places("node-gcm@0.9.12", "README.md:137"),
    ...places("argparse@2.0.1", "LICENSE:36"),
    ...places("zombie@2.5.1", "CHANGELOG.md:1"),
    ...places("junitxml-to-javascript@1.1.4", ".history/package_20191008211827.json:3"),
    // What is written when it is released, and what is not this version.
    ...places("sinon@1.10.0", "pkg/sinon-1.10.0.js:2", "pkg/sinon-server-1.10.0.js:2"),
    ...places("html5shiv@3.7.3", "src/html5shiv-printshiv.js:2"),
    ...places("angular-ui-router@0.2.18", "release/angular-ui-router.js:3"),
  ],
  async judge({ what }, folder) {
    const findings = judged.get(folder) ?? raise(folder);
    judged.set(folder, findings);
    return (await findings).filter(({ file, line }) => `${file ?? ""}:${line ?? 0}` === what);
  },
  tells: (_, findings) => findings.length > 0,
});
