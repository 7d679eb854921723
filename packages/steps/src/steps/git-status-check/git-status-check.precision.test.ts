import { copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import { createStepRepository } from "../../../test/step-repository.ts";
import checkGitStatus from "./step.ts";

/** `what` is `rule file`, and `rule file:line` where the rule tells of a line. */
const problem = (from: PublishedCase["from"], what: string): PublishedCase => ({ from, what });
const lookAlike = (from: PublishedCase["from"], what: string): PublishedCase => ({ from, what });
const fileOf = ({ what }: PublishedCase): string => what.replace(/^\S+ /, "").replace(/:\d+$/, "");

measurePrecision({
  step: "git_status_check",
  problems: [
    problem("mocha@3.0.2", "conflict-marker lib/interfaces/bdd.js.orig:93"),
    problem("mocha@3.0.2", "conflict-marker lib/mocha.js.orig:499"),
    problem("mocha@3.0.2", "conflict-marker lib/runnable.js.orig:316"),
    problem("mocha@3.0.2", "conflict-marker lib/runner.js.orig:5"),
    problem("mocha@3.0.2", "conflict-marker lib/suite.js.orig:60"),
    problem("mocha@3.0.2", "conflict-marker lib/test.js.orig:6"),
    problem("mocha@3.0.2", "conflict-marker lib/utils.js.orig:485"),
    problem("jest-fetch-mock@1.7.0", "conflict-marker src/index.js:1"),
    problem("angular-bootstrap-md@5.2.1", "conflict-marker README.md:19"),
    problem("angular-bootstrap-md@5.2.1", "conflict-marker scss/angular/free/_navbar.scss:52"),
    problem("validatorjs@3.19.1", "conflict-marker dist/validator.js:1"),
    problem("cordova-plugin-ble-central@1.1.7", "conflict-marker src/ios/BLECentralPlugin.m:267"),
    problem("impaktapps-ui-builder@1.0.0", "conflict-marker README.md:1"),
    // Of these one marker is left.
    problem("react-redux-firebase@2.0.0-beta.11", "conflict-marker index.d.ts:137"),
    problem("react-select@2.0.0", "conflict-marker HISTORY.md:218"),
    problem("impaktapps-ui-builder@1.0.0", "large-file db.json"),
    problem("sequelize@1.7.9", "large-file perf.json"),
    problem("casperjs@1.1.0", "large-file docs/_static/images/logo_casperjs.eps"),
    problem("aframe@0.8.2", "large-file build/aframe.js"),
    problem("truffle@4.1.11", "large-file build/cli.bundled.js"),
  ],
  lookAlikes: [
    // Tests and parsers of conflicts.
    lookAlike("@theia/merge-conflicts@0.16.0-next.5f50a7d0", "src/browser/merge-conflicts-parser.spec.ts"),
    lookAlike("@theia/merge-conflicts@0.16.0-next.5f50a7d0", "lib/browser/merge-conflicts-parser.spec.js"),
    lookAlike("@theia/merge-conflicts@0.16.0-next.5f50a7d0", "src/browser/merge-conflicts-parser.ts"),
    lookAlike("git-json-resolver@1.3.7", "dist/file-parser.test.mjs"),
    lookAlike("git-json-resolver@1.3.7", "dist/file-parser.test.js"),
    lookAlike("git-json-resolver@1.3.7", "dist/utils.test.mjs"),
    lookAlike("git-json-resolver@1.3.7", "dist/conflict-helper.test.mjs"),
    lookAlike("git-json-resolver@1.3.7", "dist/file-parser.js"),
    lookAlike("grunt-merge-conflict@0.0.2", "tests/simple.js"),
    lookAlike("node-diff3@3.2.1", "src/diff3.mjs"),
    lookAlike("three-way-merge@0.1.0", "src/three-way-merge.ts"),
    lookAlike("cucumber@0.4.0", "features/step_definitions/legacy/cucumber_steps.js"),
    // Documents about merging.
    lookAlike("node-diff3@3.2.1", "README.md"),
    lookAlike("git-json-resolver@1.3.7", "README.md"),
    lookAlike("parse-conflict-json@6.0.0", "README.md"),
    // Seven equal signs below headings, and in comments.
    lookAlike("casperjs@1.1.0", "docs/testing.rst"),
    lookAlike("casperjs@1.1.0", "docs/logging.rst"),
    lookAlike("csv@0.3.7", "src/parser.coffee"),
    lookAlike("csv@0.3.7", "lib/parser.js"),
    lookAlike("bull@2.0.0", "CHANGELOG.md"),
    lookAlike("mqtt@3.0.0", "README.md"),
    lookAlike("optimist@0.6.1", "readme.markdown"),
    lookAlike("xml2js@0.4.4", "README.md"),
    lookAlike("sugar@1.4.1", "CAUTION.md"),
    // Large, but smaller than what is told of.
    lookAlike("aframe@0.8.2", "dist/aframe-master.js"),
  ],
  async judge(one, folder) {
    const repository = createStepRepository({ "a.txt": "a\n" });
    const file = fileOf(one);
    try {
      const target = path.join(repository.directory, file);
      mkdirSync(path.dirname(target), { recursive: true });
      copyFileSync(path.join(folder, file), target);
      const { findings } = await repository.run("git_status_check", checkGitStatus);
      return findings.filter((finding) => finding.file === file);
    } finally {
      repository.close();
    }
  },
  tells: ({ what }, findings) =>
    findings.some(
      ({ rule, file = "", line, severity }) =>
        severity !== "info" && what === `${rule} ${file}${line === undefined ? "" : `:${line}`}`,
    ),
});
