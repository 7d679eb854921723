import { judgePublishedPackage } from "../../../test/published/judge-published-package.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import optimizeDocumentation from "./step.ts";

/** `what` is `rule file:line`. */
const problem = (from: PublishedCase["from"], what: string): PublishedCase => ({ from, what });
const lookAlike = (from: PublishedCase["from"], what: string): PublishedCase => ({ from, what });
const fileOf = ({ what }: PublishedCase): string => what.replace(/^\S+ /, "").replace(/:\d+$/, "");

measurePrecision({
  step: "documentation_optimization",
  problems: [
    problem("aframe@0.8.2", "duplicated-section docs/primitives/a-videosphere.md:50"),
    problem("chart.js@2.7.2", "duplicated-section docs/axes/radial/linear.md:35"),
    problem("google-auth-library@9.6.3", "duplicated-section README.md:877"),
    problem("node-sass@4.5.3", "duplicated-section src/libsass/docs/build-with-mingw.md:1"),
    problem("npm-run-all2@6.0.2", "duplicated-section docs/run-p.md:82"),
    problem("path-scurry@2.0.2", "duplicated-section README.md:576"),
    problem("sharp@0.20.2", "duplicated-section docs/index.md:1"),
    problem("tar@4.2.0", "duplicated-section README.md:419"),
    problem("undici@6.29.1", "duplicated-section docs/docs/api/RetryHandler.md:20"),
    problem("winston@0.6.2", "duplicated-section docs/transports.md:50"),
    problem("@opentelemetry/context-async-hooks@2.6.0", "past-promise README.md:15"),
    problem("@opentelemetry/exporter-jaeger@1.30.1", "past-promise README.md:6"),
    problem("tslint@5.18.0", "past-promise README.md:12"),
    problem("@opentelemetry/instrumentation-http@0.213.0", "outdated-requirement README.md:21"),
    problem("knex@3.1.0", "outdated-requirement README.md:21"),
    problem("npm-run-all2@6.0.2", "outdated-requirement README.md:32"),
    problem("tinypool@2.2.0", "outdated-requirement README.md:15"),
    problem("@sinclair/typebox@0.34.52", "too-large readme.md:1"),
    problem("hapi@8.8.1", "too-large API.md:1"),
    problem("node-sarif-builder@3.2.0", "too-large docs/github-dependents-info.md:1"),
  ],
  lookAlikes: [
    // Tables of options and attributes, which are alike by their nature.
    lookAlike("aframe@0.8.2", "docs/primitives/a-cylinder.md"),
    lookAlike("aframe@0.8.2", "docs/primitives/a-plane.md"),
    lookAlike("aframe@0.8.2", "docs/primitives/a-tetrahedron.md"),
    lookAlike("chart.js@2.7.2", "docs/axes/styling.md"),
    // Copies: of a site, of a build, of templates and examples.
    lookAlike("aframe@0.8.2", "gh-pages/CONTRIBUTING.md"),
    lookAlike("openai@4.28.0", "src/_shims/README.md"),
    lookAlike("rxjs-compat@6.6.7", "bundles/README.md"),
    lookAlike("generator-code@1.12.0", "generators/app/templates/ext-command-ts/vsc-extension-quickstart.md"),
    lookAlike("generator-polymer@1.3.0", "seed/templates/seed-element/CONTRIBUTING.md"),
    lookAlike("cordova-plugin-ble-central@1.1.7", "examples/heartrate/hooks/README.md"),
    // Documents that a program has put together from others.
    lookAlike("markdownlint@0.40.0", "doc/Rules.md"),
    lookAlike("markdownlint@0.40.0", "doc/md013.md"),
    // Versions of Node.js that other releases or single functions ask for, and versions of something else.
    lookAlike("tmp@0.2.7", "README.md"),
    lookAlike("jest-junit@17.0.0", "README.md"),
    lookAlike("lru-cache@11.5.3", "README.md"),
    lookAlike("chokidar@5.0.0", "README.md"),
    lookAlike("readdirp@5.1.1", "README.md"),
    lookAlike("superagent@8.1.2", "README.md"),
    lookAlike("@slack/web-api@7.0.2", "README.md"),
    lookAlike("knex@3.1.0", "UPGRADING.md"),
    lookAlike("node-gyp@10.2.0", "README.md"),
    lookAlike("kafka-node@5.0.0", "README.md"),
    // Dates of what was, and of what is still to come then.
    lookAlike("generator-loopback@6.4.0", "README.md"),
    lookAlike("chalk@5.6.2", "readme.md"),
    lookAlike("baseline-browser-mapping@2.11.39", "README.md"),
  ],
  async judge(one, folder) {
    const findings = await judgePublishedPackage("documentation_optimization", optimizeDocumentation, folder);
    return findings.filter(({ file }) => file === fileOf(one));
  },
  tells: ({ what }, findings) => findings.some(({ rule, file = "", line = 0 }) => what === `${rule} ${file}:${line}`),
});
