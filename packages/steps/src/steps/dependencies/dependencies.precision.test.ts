import { existsSync } from "node:fs";
import path from "node:path";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import { readPublished } from "../../../test/published/published-packages.ts";
import { createStepRepository } from "../../../test/step-repository.ts";
import checkDependencies from "./step.ts";

interface ManifestCase extends PublishedCase {
  readonly rule?: string;
  readonly line?: number;
}

/** Lines of `package.json` by the names of the packages that are a problem there. */
const problemsOf = (
  from: PublishedCase["from"],
  rule: string,
  places: Readonly<Record<string, number>>,
): readonly ManifestCase[] => Object.entries(places).map(([what, line]) => ({ from, what, rule, line }));

const problems: readonly ManifestCase[] = [
  ...problemsOf("@pkgjs/parseargs@0.11.0", "unpinned-source", { "eslint-plugin-node-core": 33 }),
  ...problemsOf("enquirer@2.4.1", "unpinned-source", { "time-require": 40 }),
  ...problemsOf("micromatch@4.0.8", "unpinned-source", { "time-require": 48 }),
  ...problemsOf("picomatch@2.3.2", "unpinned-source", { "time-require": 34 }),
  ...problemsOf("protobufjs@7.6.6", "unpinned-source", { "jaguarjs-jsdoc": 91 }),
  ...problemsOf("aframe@0.8.2", "unpinned-source", { debug: 35, three: 44, markserv: 76, "too-wordy": 87 }),
  ...problemsOf("fullcalendar@3.9.0", "unpinned-source", { "components-jqueryui": 34, "jquery-simulate": 62 }),
  ...problemsOf("meteor-node-stubs@0.2.11", "unpinned-source", { "readable-stream": 27 }),
  ...problemsOf("web3@0.20.7", "unpinned-source", { "bignumber.js": 11 }),
  ...problemsOf("web3@0.20.7", "stale-lock-file", { bower: 21, browserify: 22, chai: 23, coveralls: 24 }),
  ...problemsOf("localtunnel@1.9.0", "stale-lock-file", { yargs: 15 }),
  ...problemsOf("@vitest/mocker@4.1.12", "declared-twice", { "@vitest/spy": 90 }),
  ...problemsOf("browser-sync@2.18.13", "declared-twice", { "socket.io-client": 86 }),
  ...problemsOf("rollup-plugin-vue@2.5.4", "declared-twice", { "vue-template-compiler": 79 }),
  ...problemsOf("truffle@4.1.11", "declared-twice", { mocha: 20 }),
];

const plain = (from: PublishedCase["from"], what: string): ManifestCase => ({ from, what });

const lookAlikes: readonly ManifestCase[] = [
  plain("karma@1.7.1", "a lock file of yarn that fits"),
  plain("react-native-camera@1.1.4", "a lock file of yarn that fits"),
  plain("react-native-maps@0.21.0", "a lock file of yarn that fits"),
  plain("react-native-vector-icons@6.6.0", "a lock file of yarn that fits"),
  plain("vitest@4.1.12", "a package among peers and dependencies"),
  plain("@isaacs/cliui@8.0.2", "other names for the same package in other versions"),
  plain("tinyexec@1.3.1", "another name for a package with a scope"),
  plain("@vitest/pretty-format@4.1.12", "another name for an old major version"),
  plain("fast-check@4.10.2", "another name for a package of another one's name"),
  plain("fdir@6.5.0", "four old versions of itself"),
  plain("generator-function@2.0.1", "itself as a folder"),
  plain("@hapi/hapi@21.3.2", "old versions under other names"),
  plain("jsonwebtoken@9.0.2", "no lock file beside"),
  plain("pg-connection-string@2.6.4", "no lock file beside"),
  plain("mqtt@3.0.0", "two dozen tools"),
  plain("knex@3.1.0", "peers that are optional, and developed against"),
  plain("jose@4.15.5", "tags instead of versions"),
  plain("ioredis@5.3.2", "ranges with and without signs"),
  plain("mysql2@3.9.1", "ranges with and without signs"),
  plain("superagent@8.1.2", "ranges with and without signs"),
];

const FILES = ["package.json", "yarn.lock", "npm-shrinkwrap.json", "package-lock.json", "pnpm-lock.yaml"];

measurePrecision({
  step: "dependencies",
  problems,
  lookAlikes,
  judge: async (_, folder) => {
    const there = FILES.filter((file) => existsSync(path.join(folder, file)));
    const repository = createStepRepository(
      Object.fromEntries(there.map((file) => [file, readPublished(folder, file)])),
    );
    try {
      return (await repository.run("dependencies", checkDependencies, { with: { audit: false } })).findings;
    } finally {
      repository.close();
    }
  },
  tells: ({ what, rule, line }, findings) =>
    findings.some((one) => one.rule === rule && one.line === line && one.message.startsWith(JSON.stringify(what))),
});
