import type { PathParts } from "./path-parts.ts";
import type { RuleIndex } from "./rule-index.ts";
import { FIXTURE_FOLDERS } from "./rules/tests.ts";
import { wordSet } from "./word-set.ts";

/** What is known of a file beside its category. */
export type CategoryFlag = "generated" | "vendored" | "fixture";

const FIXTURES = wordSet(FIXTURE_FOLDERS);

const GENERATED_FOLDERS = wordSet(
  "dist generated __generated__ gen autogen generated-sources generated-src .yarn godeps .idea pods",
);
const GENERATED_EXTENSIONS = wordSet("snap nib meta rd tlb map xcworkspacedata xcuserstate");
const GENERATED_NAMES = wordSet("namespace ppport.h bindata.go .pnp.js .pnp.cjs .pnp.loader.mjs");
/** In any language: `schema.generated.ts`, `routes.gen.go`, `model_gen.py`. */
const GENERATED_NAME = /[-_.](?:generated|gen)\.\w+$|^zz_generated/;
/** What the generators of a language call their files. */
const GENERATED_IN: ReadonlyMap<string, RegExp> = new Map([
  ["js", /\.min\.js$|_pb\.js$|\.pb\.js$/],
  ["mjs", /\.min\.mjs$/],
  ["ts", /[._]pb(?:\.d)?\.ts$/],
  ["css", /\.min\.css$/],
  ["go", /^mock_|_(?:mock|string)\.go$|\.pb(?:\.gw|\.validate|\.micro)?\.go$/],
  ["py", /_pb2(?:_grpc)?\.py$/],
  ["pyi", /_pb2(?:_grpc)?\.pyi$/],
  ["rb", /_pb\.rb$/],
  ["cs", /\.(?:designer|feature|g|g\.i)\.cs$/],
  ["vb", /\.designer\.vb$/],
  ["kt", /\.g\.kt$/],
  ["dart", /\.(?:g|freezed|gr|config|mocks|chopper|pb|pbenum|pbjson|pbserver|pbgrpc)\.dart$/],
  ["swift", /\.(?:pb|grpc)\.swift$/],
  ["h", /\.pb\.h$|\.zep\.h$/],
  ["cc", /\.pb\.cc$/],
  ["c", /\.pb-?c?\.c$|\.zep\.c$/],
  ["php", /\.zep\.php$/],
  ["json", /\.lock\.json$/],
  ["toml", /^pylock\.[\w-]+\.toml$|^manifest-v[\d.]+\.toml$/],
]);

const VENDORED_FOLDERS = wordSet(
  "vendor vendored vendors _vendor third_party third-party thirdparty 3rdparty 3rd-party node_modules bower_components jspm_packages " +
    "extern external externals godeps submodules elm-stuff nimbledeps .yarn web_modules subprojects pods",
);
const VENDORED_NAMES = wordSet(
  "gradlew gradlew.bat mvnw mvnw.cmd gradle-wrapper.jar maven-wrapper.jar ltmain.sh config.guess config.sub install-sh depcomp aclocal.m4",
);
const VENDORED_SCRIPT =
  /^jquery[-.\d\w]*\.js$|^(?:bootstrap|d3|react|three|modernizr|angular|ember)[-.]?(?:[\d.]+)?\.min\.(?:js|css)$/;
const INSTALLED_BY_CARTHAGE = /(?:^|\/)Carthage\/(?:Build|Checkouts)\//;

function isGeneratedName({ name, extension }: PathParts): boolean {
  return (
    GENERATED_EXTENSIONS.has(extension) ||
    GENERATED_NAMES.has(name) ||
    (GENERATED_IN.get(extension)?.test(name) ?? false) ||
    GENERATED_NAME.test(name)
  );
}

function isVendoredName({ name, extension }: PathParts): boolean {
  return VENDORED_NAMES.has(name) || ((extension === "js" || extension === "css") && VENDORED_SCRIPT.test(name));
}

/**
 * The facts beside the category, by name alone. The reference is linguist's `vendor.yml` and `generated.rb`, with two differences:
 * linguist calls only some lock files generated, here those of all package managers are, since a tool writes each; and what linguist
 * finds in the content is not found here.
 */
export function findFlags(parts: PathParts, index: Pick<RuleIndex, "isGeneratedName">): readonly CategoryFlag[] {
  let isGenerated = isGeneratedName(parts) || index.isGeneratedName(parts.name);
  let isVendored = isVendoredName(parts);
  let isFixture = parts.extension === "snap";
  for (const folder of parts.folders) {
    isGenerated ||= GENERATED_FOLDERS.has(folder);
    isVendored ||= VENDORED_FOLDERS.has(folder);
    isFixture ||= FIXTURES.has(folder);
    if (folder === "carthage" && INSTALLED_BY_CARTHAGE.test(parts.path)) isGenerated = isVendored = true;
  }
  const flags: CategoryFlag[] = [];
  if (isGenerated) flags.push("generated");
  if (isVendored) flags.push("vendored");
  if (isFixture) flags.push("fixture");
  return flags;
}
