import type { Finding } from "@ai-workflow/engine";
import { judgePublishedPackage } from "../../../test/published/judge-published-package.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import type { PublishedPackage } from "../../../test/published/published-packages.ts";
import analyse from "./step.ts";

/** Facts of a package in the words of the note, in which a language is followed by the number of its files. */
const facts = (from: PublishedPackage, ...whats: readonly string[]): readonly PublishedCase[] =>
  whats.map((what) => ({ from, what }));

/** The parts of the note on what a project is made of. */
async function factsOf(folder: string): Promise<readonly Finding[]> {
  const findings = await judgePublishedPackage("analyze", analyse, folder);
  return findings
    .filter(({ rule }) => rule === "project")
    .flatMap(({ message }) => message.split("; "))
    .flatMap((part) => (part.includes(", code in ") ? part.replace(/^.*, code in /, "").split(", ") : [part]))
    .flatMap((part) => (/^[a-z]+(?:, [a-z]+)+$/.test(part) ? part.split(", ") : [part]))
    .map((message) => ({ rule: "fact", severity: "error", message }));
}

measurePrecision<PublishedCase, PublishedCase>({
  step: "analyze",
  problems: [
    // More code for a database in it than for those who import it.
    ...facts("bull@4.12.2", "looks like a nodejs_library", "Lua (22)", "lint: `npm run lint`"),
    ...facts("bats@1.10.0", "looks like a shell_automation", "Shell (10)"),
    // A crate that a package brings.
    ...facts("merge-junit@0.2.1", "cargo", "test: `cargo test`", "type-check: `cargo check --all-targets`"),
    ...facts("node-gyp@10.2.0", "looks like a nodejs_cli", "test: `npm test` and 1 more"),
    ...facts("irc@0.3.6", "looks like a nodejs_library", "docs: `make html` in docs"),
    ...facts("bson@0.2.5", "build: `make`"),
    ...facts("cucumber@0.4.0", "looks like a nodejs_cli"),
    ...facts("kue@0.6.2", "looks like a nodejs_library"),
    ...facts("spdx-license-ids@3.0.24", "looks like a nodejs_library", "build: `npm run build`"),
    ...facts("karma@1.7.1", "yarn", "test: `yarn test`"),
    ...facts("jest-pytest@0.7.0", "build: `yarn run build`"),
    ...facts("react-native-camera@1.1.4", "gradle", "Java (55)"),
    ...facts("dunder-proto@1.0.1", "type-check: `npx --no-install tsc --noEmit`"),
    ...facts("hexo-util@2.7.0", "lint: `npm run eslint`"),
    ...facts("bulma-start@0.0.5", "looks like a static_website"),
    ...facts("react-toggle@4.1.3", "looks like a nodejs_library"),
    ...facts("pickadate@3.6.4", "looks like a nodejs_library"),
  ],
  lookAlikes: [
    // Scripts that say that there are no tests, or that do not end.
    ...facts("svelte-simple-modal@1.6.2", "test: `npm test`", "looks like a react_spa"),
    ...facts("tap-diff@0.1.1", "test: `npm test`"),
    ...facts("util-deprecate@1.0.2", "test: `npm test`", "test: `node --test`"),
    ...facts("pino@5.17.0", "docs: `npm run docs`"),
    // Components and what runs in pages are no applications.
    ...facts("react-toggle@4.1.3", "looks like a react_spa", "looks like a static_website"),
    ...facts("sveltestrap@5.6.0", "looks like a react_spa"),
    ...facts("vue-multiselect@2.1.9", "looks like a react_spa"),
    ...facts("vuejs-datepicker@1.6.2", "looks like a react_spa"),
    ...facts("impress.js@1.1.0", "looks like a static_website"),
    ...facts("lightbox2@2.11.5", "looks like a static_website"),
    ...facts("slick-carousel@1.8.1", "looks like a static_website"),
    // Made for servers, or with one in it.
    ...facts("kue@0.6.2", "looks like a nodejs_api"),
    ...facts("light-my-request@5.14.0", "looks like a nodejs_api"),
    ...facts("browser-sync@2.18.13", "looks like a nodejs_api"),
    // Written after a program in Python, with one below, or about one.
    ...facts("argparse@2.0.1", "pip", "looks like a python_app"),
    ...facts("node-gyp@10.2.0", "looks like a python_app"),
    ...facts("jest-pytest@0.7.0", "looks like a python_app"),
    ...facts("bats@1.10.0", "looks like a nodejs_library", "looks like a nodejs_cli"),
  ],
  async judge({ what }, folder) {
    const told = await factsOf(folder);
    return told.filter(({ message }) => message === what);
  },
  tells: (_, findings) => findings.length > 0,
});
