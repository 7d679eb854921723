import { stemOf, type PathParts } from "../path-parts.ts";
import type { Rule } from "../rule.ts";
import { wordSet } from "../word-set.ts";

export const FIXTURE_FOLDERS =
  "fixtures fixture __fixtures__ testdata test-data test_data testfixtures test-fixtures test_fixtures __snapshots__ snapshots __image_snapshots__ testresources goldens cassettes";

const TEST_FOLDERS =
  "test tests __tests__ __test__ __mocks__ __snapshots__ __fixtures__ testdata test-data test_data fixtures e2e cypress playwright androidtest jvmtest commontest " +
  "testfixtures integrationtest unittest unittests functionaltest functional-tests fuzz_targets testsuite testsuites testcases regress regressions spec specs xctests t xt qunit tinytest testthat";

const PROSE = /^(?:md|mdx|markdown|rst|adoc|asciidoc|org)$/;
/** What tests share and run on: `testutil/` and `testhelpers/` of Go, `testdir/` of Vim. */
const SUPPORTS_TESTS =
  /^test(?:kit|lib|utils?|helpers?|support|supports|env|bed|common|dirs?|files?|programs?|progs?|scripts?|projects?|inputs?|outputs?|images?|assets?|vectors?|repos?|corpus|src)$/;
/** Where such a folder is the thing itself: a product for testers, a page about testing. */
const NO_ROOM_FOR_SUPPORT =
  /^(?:packages|crates|gems|libs|apps|plugins|extensions|docs?|documentation|content|pages|posts|blog|guides?|site|website|examples?|components|main)$/;
/** The same: `core/testing/` of Android, `re2/testing/`, `okhttp-testing-support/`. */
const CALLED_TESTING = /^testing$|^testing[-_]|[-_]testing(?:[-_]|$)/;
/** Where it is shipped with the program, for the tests of its users: `lib/active_support/testing/`. */
const SHIPPED = /^(?:lib|src|srcts|include|contrib|sources)$/;
/** `cpptests/`, `test-utils/`, `apps/cart-e2e/`, `basic.t/` of OCaml's cram tests, `Shop.Specs/`. */
const NAMED_LIKE_TESTS =
  /^(?:cpp|c|py|js|go|rust|unit|api|sys|system|func|functional|perf|performance|ui|qa|load|smoke|regress|regression|int|integration|acceptance|manual|browser|compile|doc|conformance|interop|stress|golden|auto|self|ref|crash|mochi|web|visual|fuzz|e2e|g)tests$|^(?:tests?|e2e)[-_.]|[-_.](?:test|tests|e2e|unittests?|integrationtests?|functionaltests?|uitests?)$|\.(?:specs?|t)$/;
/** Folders in camel case, as in Xcode, .NET and Kotlin Multiplatform: `AppUITests/`, `src/iosTest/`, `Polly.Core.Specs/`. */
const CAMEL_CASE_TESTS = /(?:^|\/)[^/]*[a-z0-9](?:Tests?|Specs)\//;
/** The tests of a flavour of an Android app: `src/testDemo/`. */
const TESTS_OF_FLAVOUR = /(?:^|\/)src\/(?:test|androidTest)[A-Z]\w*\//;
const VENDORED = /^(?:vendor|vendored|third[-_]?party|node_modules|bower_components)$/;
const TEMPLATES = /^(?:templates?|tmpl|ext_tmpls|scaffolds?|skeletons?|cookiecutter|archetype-resources|boilerplate)$/;

const MANIFESTS = wordSet(
  "package.json cargo.toml go.mod pom.xml pyproject.toml requirements.txt gemfile composer.json build.gradle build.gradle.kts mix.exs pubspec.yaml setup.py deno.json " +
    "tsconfig.json dependabot.yml .travis.yml .gitlab-ci.yml renovate.json",
);
const PROJECT_FILE = /^(?:cs|fs|vb)proj$/;
const PERL_FOLDERS = /^(?:t|xt)$/;
const ROOM_FOR_SPECIFICATIONS = /^specs?$/;
/** Names of tools: in packages/ they are the tool itself. */
const TEST_TOOLS = /^(?:cypress|playwright)$/;
const isRealTestFolder = (folder: string, depth: number, { folders, extension }: PathParts): boolean => {
  if (PERL_FOLDERS.test(folder)) return depth === 0;
  if (TEST_TOOLS.test(folder)) return folders[depth - 1] !== "packages";
  // spec/ holds tests in Ruby and JavaScript; prose in it is a specification.
  if (ROOM_FOR_SPECIFICATIONS.test(folder))
    return !PROSE.test(extension) || folders.some((other) => FIXTURES.has(other));
  return true;
};

const FIXTURES = wordSet(FIXTURE_FOLDERS);
const LISTED = wordSet(TEST_FOLDERS);

function supportsTests(folder: string, depth: number, folders: readonly string[]): boolean {
  const isCalledTesting = CALLED_TESTING.test(folder);
  if (!isCalledTesting && !SUPPORTS_TESTS.test(folder)) return false;
  return !folders
    .slice(0, depth)
    .some((other) => NO_ROOM_FOR_SUPPORT.test(other) || (isCalledTesting && SHIPPED.test(other)));
}

/** The words are asked for first, since most folders have none of them. */
const isNamedAfterTests = (folder: string, depth: number, folders: readonly string[]): boolean =>
  folder.includes("test")
    ? NAMED_LIKE_TESTS.test(folder) || supportsTests(folder, depth, folders)
    : (folder.includes("e2e") || folder.includes(".")) && NAMED_LIKE_TESTS.test(folder);

/** Whether a path lies in a tree of tests. */
export function isInTests(parts: PathParts): boolean {
  const { folders, path } = parts;
  return (
    folders.some((folder, depth) =>
      LISTED.has(folder)
        ? isRealTestFolder(folder, depth, parts)
        : // Prose about a test is not the test: .claude/skills/docker-test/SKILL.md
          !PROSE.test(parts.extension) && isNamedAfterTests(folder, depth, folders),
    ) ||
    ((path.includes("Test") || path.includes("Specs/")) && CAMEL_CASE_TESTS.test(path)) ||
    (path.includes("src/") && TESTS_OF_FLAVOUR.test(path))
  );
}

/** Whether the tests are those of a vendored library; a vendored library inside tests is a fixture. */
function isVendored({ folders }: PathParts): boolean {
  const vendored = folders.findIndex((folder) => VENDORED.test(folder));
  return vendored !== -1 && !folders.slice(0, vendored).some((folder) => LISTED.has(folder));
}
const isReadmeOrLicence = ({ name, extension }: PathParts): boolean =>
  /^(?:readme|licen[cs]e|copying|notice|unlicense)$/.test(stemOf(name).replace(/[-_].*$/, "")) &&
  (extension === "" || PROSE.test(extension) || extension === "txt");

/** Tests by where they lie; tests by their own names are with their language. */
export const TESTS: readonly Rule[] = [
  {
    rule: "tests/fixture",
    category: "tests",
    strength: "exception",
    folders: FIXTURE_FOLDERS,
    holds: (parts) =>
      !isReadmeOrLicence(parts) && !(parts.folders.includes("snapshots") && !isInTests(parts)) && !isVendored(parts),
  },
  {
    // A project inside a tree of tests is what they run on; the manifest of the tests themselves lies at most one folder deep.
    rule: "tests/fixture-project",
    category: "tests",
    strength: "exception",
    folders: "test tests __tests__ spec",
    holds: (parts) => {
      const { folders } = parts;
      const depth = folders.findIndex((folder) => /^(?:tests?|__tests__|spec)$/.test(folder));
      return (
        folders.length - depth > 2 &&
        !isReadmeOrLicence(parts) &&
        !isVendored(parts) &&
        !PROJECT_FILE.test(parts.extension)
      );
    },
  },
  {
    // What a generator copies for its users is its program, be it a manifest or prose.
    rule: "templates/manifest",
    category: "code",
    strength: "exception",
    folders:
      "template templates ext_tmpls scaffold scaffolds skeleton skeletons cookiecutter archetype-resources boilerplate",
    holds: (parts) => MANIFESTS.has(parts.name) && !isInTests(parts),
  },
  {
    rule: "templates/prose",
    category: "code",
    strength: "exception",
    extensions: "md markdown txt rst adoc asciidoc textile tex org texi mediawiki wiki",
    holds: ({ folders, name, extension }) =>
      folders.some((folder) => TEMPLATES.test(folder) || folder === "prompts") &&
      (!/^(?:md|markdown|rst)$/.test(extension) ||
        folders.some((folder) => /^(?:src|lib|internal|pkg|cmd|packages|app|apps|crates)$/.test(folder))) &&
      !folders.some((folder) => folder.startsWith(".") || /^docs?$/.test(folder)) &&
      !name.startsWith("readme"),
  },
  {
    rule: "tests/folder",
    category: "tests",
    holds: (parts) => parts.folders.length > 0 && isInTests(parts) && !isReadmeOrLicence(parts) && !isVendored(parts),
  },
  {
    rule: "tests/fuzzing",
    category: "tests",
    folders: "fuzz fuzzing fuzzers oss-fuzz",
    holds: (parts) =>
      /^(?:fuzz|fuzzing|fuzzers|oss-fuzz)$/.test(parts.folders[0] ?? "") &&
      !isReadmeOrLicence(parts) &&
      !parts.name.startsWith("."),
  },
  { rule: "tests/scenario", category: "tests", extensions: "feature robot hurl side" },
  {
    rule: "tests/steps",
    category: "tests",
    folders: "features",
    holds: ({ folders }) =>
      folders.includes("step_definitions") ||
      folders.includes("steps") ||
      (folders.includes("support") && folders[0] === "features"),
  },
];
