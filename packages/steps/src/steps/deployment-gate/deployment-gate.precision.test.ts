import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Finding } from "@ai-workflow/engine";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import { readPublished, type PublishedPackage } from "../../../test/published/published-packages.ts";
import { createStepRepository } from "../../../test/step-repository.ts";
import guardRelease from "./step.ts";

interface Problem extends PublishedCase {
  readonly rule: string;
  readonly place: string;
}

/** The change log says nothing of the version, at the line where its newest entry is. */
const withoutEntry = (from: PublishedPackage, place: string): Problem => ({
  from,
  what: place,
  rule: "version-without-entry",
  place,
});
/** A file beside `package.json` says another version of the package. */
const disagreeing = (from: PublishedPackage, place: string): Problem => ({
  from,
  what: place,
  rule: "versions-disagree",
  place,
});
const lookAlike = (from: PublishedPackage, what: string): PublishedCase => ({ from, what });

const judged = new Map<string, Promise<readonly Finding[]>>();

/** What keeps a package from being released as it is: its own files alone, on a commit that nobody has tagged. */
async function guard(folder: string): Promise<readonly Finding[]> {
  const names = readdirSync(folder).filter((name) => statSync(path.join(folder, name)).isFile());
  const repository = createStepRepository(Object.fromEntries(names.map((name) => [name, readPublished(folder, name)])));
  try {
    const { findings } = await repository.run("deployment_gate", guardRelease, { with: { tests: false } });
    return findings;
  } finally {
    repository.close();
  }
}

measurePrecision<Problem, PublishedCase>({
  step: "deployment_gate",
  problems: [
    withoutEntry("bower@1.3.8", "CHANGELOG.md:3"),
    withoutEntry("browser-sync@2.18.13", "CHANGELOG.md:1"),
    withoutEntry("forever@0.15.3", "CHANGELOG.md:2"),
    withoutEntry("junit-merge@2.0.0", "CHANGELOG.md:3"),
    withoutEntry("levelup@0.18.4", "CHANGELOG.md:1"),
    withoutEntry("pickadate@3.6.4", "CHANGELOG.md:3"),
    withoutEntry("prompt@0.2.13", "CHANGELOG.md:2"),
    withoutEntry("tap-summary@4.0.0", "changelog.md:3"),
    withoutEntry("ws@0.4.32", "History.md:1"),
    withoutEntry("color-convert@2.0.1", "CHANGELOG.md:1"),
    withoutEntry("is-empty@1.2.0", "History.md:2"),
    withoutEntry("jsonc-parser@3.3.1", "CHANGELOG.md:1"),
    withoutEntry("geddy@13.0.8", "changelog.md:1"),
    withoutEntry("meld@10.3.1", "CHANGELOG.md:8"),
    withoutEntry("node-gcm@1.1.4", "CHANGELOG.md:4"),
    withoutEntry("svgo@0.4.5", "CHANGELOG.md:1"),
    withoutEntry("zombie@4.3.0", "CHANGELOG.md:1"),
    disagreeing("bootstrap-tagsinput@0.7.1", "bower.json:3"),
    disagreeing("meteor-node-stubs@0.2.11", "npm-shrinkwrap.json:3"),
    disagreeing("node-uuid@1.4.8", "bower.json:3"),
    disagreeing("node-uuid@1.4.8", "component.json:5"),
    disagreeing("validator@3.12.0", "bower.json:4"),
    disagreeing("web3@0.20.7", "bower.json:4"),
    disagreeing("err-code@2.0.3", "bower.json:3"),
    disagreeing("extend@3.0.2", "component.json:4"),
  ],
  lookAlikes: [
    lookAlike("node-lambda@0.22.0", "the newest entry at the end, after 447 lines"),
    lookAlike("apn@1.5.2", "versions alone, with a colon"),
    lookAlike("esprima@4.0.1", "dates before versions, in a file without an ending"),
    lookAlike("svgo@1.3.2", "signs and links before versions"),
    lookAlike("bull@2.0.0", "a dot between the v and the number"),
    lookAlike("socketstream@0.5.3", "an old log beside the one that is kept"),
    lookAlike("chai@1.9.1", "two logs"),
    lookAlike("react-native-camera@1.1.4", "a number behind the version"),
    lookAlike("pg@4.5.7", "minor releases alone"),
    lookAlike("pg@2.11.1", "minor releases alone, of two numbers"),
    lookAlike("nock@9.6.1", "a log that says where the changes are told"),
    lookAlike("svelte-spa-router@3.2.0", "a log that says where the changes are told, and names versions"),
    lookAlike("comlink@4.4.2", "what changed between major versions"),
    lookAlike("idb@8.0.0", "what breaks in major versions"),
    lookAlike("react-toggle@4.1.3", "a section of what is not released"),
    lookAlike("dotenv@16.4.5", "an empty section of what is not released, and an entry"),
    lookAlike("cucumber@0.4.0", "`master (unreleased)`, and headings of ranges"),
    lookAlike("node-gyp@10.2.0", "release-please, which writes the log"),
    lookAlike("fast-xml-parser@5.12.1", "versions in bold"),
    lookAlike("zombie@2.5.1", "`Version` before and a date behind the number"),
    lookAlike("amqplib@0.10.3", "`Changes in` before the version"),
    lookAlike("bunyan@0.23.1", "the name before the version, below a section for what comes"),
    lookAlike("nprogress@0.2.0", "headings that are links, with labels at the end"),
    lookAlike("ioredis@2.0.0", "anchors"),
    lookAlike("jquery-bar-rating@1.2.2", "underlined versions, and Bower's manifest with the same"),
    lookAlike("express@3.4.8", "releases of other lines above it"),
    lookAlike("verror@1.10.0", "a section for what is not released that holds nothing"),
    lookAlike("underscore.string@2.4.0", "manifests of Bower and Component with the same"),
    lookAlike("aframe@0.8.2", "two kinds of manifests"),
  ],
  async judge(_, folder) {
    const findings = judged.get(folder) ?? guard(folder);
    judged.set(folder, findings);
    return findings;
  },
  tells: ({ rule, place }, findings) =>
    findings.some((one) => one.rule === rule && `${one.file ?? ""}:${one.line ?? 0}` === place),
});
