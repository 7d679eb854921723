import { judgePublishedPackage } from "../../../test/published/judge-published-package.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import checkStructure from "./step.ts";

interface Problem extends PublishedCase {
  readonly rule: string;
  readonly path: string;
}

const problem = (from: PublishedCase["from"], rule: string, path: string): Problem => ({
  from,
  what: `${rule} ${path}`,
  rule,
  path,
});
/** A file, or a folder with all that is in it. */
const lookAlike = (from: PublishedCase["from"], what: string): PublishedCase => ({ from, what });
const pathOf = ({ what }: PublishedCase): string => what.replace(/^\S+ /, "");

measurePrecision<Problem, PublishedCase>({
  step: "directory_structure",
  problems: [
    problem("@nestjs/schematics@7.3.1", "stray-file", "dist/lib/sub-app/workspace/.DS_Store"),
    problem("docsify@4.7.0", "stray-file", "src/plugins/.DS_Store"),
    problem("v-click-outside@2.1.5", "stray-file", ".DS_Store"),
    problem("vue-loader@13.7.2", "stray-file", "lib/.DS_Store"),
    problem("ws@1.1.5", "stray-file", "lib/.DS_Store"),
    problem("colors@1.3.2", "stray-file", "lib/.colors.js.swp"),
    problem("tar@4.2.0", "stray-file", "lib/.parse.js.swp"),
    problem("mocha@3.0.2", "stray-file", "lib/runner.js.orig"),
    problem("meteor-node-stubs@0.2.11", "stray-file", "deps/crypto.js~"),
    problem("meteor-node-stubs@0.2.11", "committed-output", "node_modules"),
    problem("shoe@0.0.15", "committed-output", "node_modules"),
    problem("tap@0.4.11", "committed-output", "node_modules"),
    problem("form-data@2.3.2", "stray-file", "README.md.bak"),
    problem("assertions@2.3.1", "windows-name", '"false"'),
    problem("vanilla-masker@1.0.9", "windows-name", "bankfacil:vanilla-masker"),
    problem("is-arrayish@0.3.2", "stray-file", "yarn-error.log"),
    problem("vue-resize@0.4.5", "stray-file", "docs-src/yarn-error.log"),
    problem("web3@0.20.7", "stray-file", "lerna-debug.log"),
    problem("web3@0.20.7", "committed-output", ".nyc_output"),
    problem("ordered-binary@1.6.3", "committed-output", ".nyc_output"),
    problem("resolve@2.0.0-next.7", "stray-file", "npm-debug.log.357d1f5f60a5f00f2e0c325cef16bbd4"),
    problem("bson@0.2.5", "stray-file", "builderror.log"),
    problem("bson@0.2.5", "committed-output", "build"),
    problem("serialport@1.4.0", "committed-output", "build"),
    problem("underscore.string@2.4.0", "stray-file", "libpeerconnection.log"),
    problem("vue-simple-suggest@1.11.2", "stray-file", "debug.log"),
    problem("sequelize@1.7.9", "stray-file", "v8.log"),
    problem("sequelize@1.7.9", "large-file", "perf.json"),
    problem("fast-csv@0.4.1", "stray-file", ".idea/workspace.xml"),
    problem("should@3.3.1", "stray-file", ".idea/workspace.xml"),
    problem("react-native-fbsdk@0.7.0", "committed-output", "ios/RCTFBSDK.xcodeproj/xcuserdata"),
    problem("react-native-maps@0.21.0", "committed-output", ".gradle"),
    problem("react-native-maps@0.21.0", "committed-output", "lib/android/build"),
    problem("flexslider@2.7.2", "committed-output", "2.6.2/node_modules"),
  ],
  lookAlikes: [
    // Folders named as those that programs fill.
    lookAlike("browserify@3.46.0", "test/node_modules"),
    lookAlike("casperjs@1.1.0", "tests/clitests/modules/node_modules"),
    lookAlike("resolve@2.0.0-next.7", "test/shadowed_core"),
    lookAlike("vows@0.8.3", "lib/vows/coverage"),
    lookAlike("vuetable-2@1.7.5", "build"),
    lookAlike("vue-js-modal@2.0.1", "build"),
    lookAlike("@opentelemetry/api@1.9.1", "build"),
    // Settings of editors that are everybody's.
    lookAlike("ordered-binary@1.6.3", ".idea"),
    lookAlike("fast-csv@0.4.1", ".idea/vcs.xml"),
    lookAlike("create-vite@5.5.5", "template-vue/.vscode"),
    // Names that end or begin as those of files left behind, and files that tests read.
    lookAlike("bunyan@0.23.1", "test/corpus"),
    lookAlike("csv@0.3.7", "test/fromto/encoding_latin1.tmp"),
    lookAlike("nano@5.10.0", "tests/fixtures/doc/copy.json"),
    // Variables of an environment that hold no secret, or are to be copied.
    lookAlike("express-generator-typescript@2.8.1", "lib/project-files/config"),
    lookAlike("react-native-template-typescript@6.12.11", "template/ios/_xcode.env"),
    lookAlike("generator-nest-js-boilerplate@4.0.1", "generators/prisma/templates/mongodb/passportLocal/.env"),
    // Trees and lists that show the layout of somebody else's project, an output, or no files at all.
    lookAlike("cordova@8.0.0", "doc/readme.md"),
    lookAlike("broccoli-funnel@2.0.2", "README.md"),
    lookAlike("avvio@8.4.0", "README.md"),
    lookAlike("cropperjs@1.5.13", "README.md"),
    lookAlike("find-up@4.1.0", "readme.md"),
    lookAlike("forever@0.15.3", "README.md"),
    lookAlike("grunt-contrib-copy@0.8.2", "README.md"),
  ],
  async judge(one, folder) {
    const findings = await judgePublishedPackage("directory_structure", checkStructure, folder);
    const place = pathOf(one);
    return findings.filter(({ file = "" }) => file === place || file.startsWith(`${place}/`));
  },
  tells: ({ rule, path }, findings) => findings.some((one) => one.rule === rule && one.file === path),
});
