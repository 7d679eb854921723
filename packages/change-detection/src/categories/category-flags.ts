import type { PathParts } from "./path-parts.ts";
import type { RuleIndex } from "./rule-index.ts";
import { FIXTURE_FOLDERS } from "./rules/tests.ts";

/** What is known of a file beside its category. */
export type CategoryFlag = "generated" | "vendored" | "fixture";

const set = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const FIXTURES = set(FIXTURE_FOLDERS);
const GENERATED_FOLDERS = set(
  "dist generated __generated__ gen autogen codegen_output generated-sources generated-src .yarn godeps .idea",
);
const VENDORED_FOLDERS = set(
  "vendor vendored vendors _vendor third_party third-party thirdparty 3rdparty 3rd-party node_modules bower_components jspm_packages extern external externals " +
    "godeps _workspace submodules elm-stuff inst-vendor .yarn web_modules subprojects",
);
/** By linguist's `generated.rb` where a name tells, and by what the generators of other ecosystems call their files. */
const GENERATED_NAME =
  /\.min\.(?:js|css|mjs)$|[-_.]generated\.\w+$|\.gen\.\w+$|_gen\.go$|\.g\.(?:dart|cs|kt|h|cpp)$|\.(?:freezed|gr|config|mocks|chopper|pb|pbenum|pbjson|pbserver|pbgrpc)\.dart$|\.pb(?:\.gw|\.validate|\.micro)?\.(?:go|cc|h|swift|c|ts|js)$|_grpc\.pb\.go$|_pb2(?:_grpc)?\.pyi?$|_pb\.(?:js|ts|d\.ts|rb)$|\.grpc\.swift$|\.(?:js|css|mjs|cjs|ts)\.map$|^zz_generated|\.designer\.(?:cs|vb)$|\.feature\.cs$|\.snap$|^mock_\w+\.go$|_mock\.go$|_string\.go$|\.xcworkspacedata$|\.xcuserstate$|\.nib$|\.tlb$|\.zep\.(?:c|h|php)$|\.meta$|\.rd$|^ppport\.h$|^\.pnp\.|^bindata\.go$|\.lock\.json$|^namespace$|^pylock\.[\w-]+\.toml$|^manifest-v[\d.]+\.toml$/;
const VENDORED_NAME =
  /^(?:gradlew|mvnw)(?:\.bat|\.cmd)?$|^(?:gradle|maven)-wrapper\.jar$|^jquery[-.\d\w]*\.js$|^(?:bootstrap|d3|react|three|modernizr|angular|ember)[-.]?(?:[\d.]+)?\.min\.(?:js|css)$|^ltmain\.sh$|^config\.(?:guess|sub)$|^install-sh$|^depcomp$|^aclocal\.m4$/;

/**
 * The facts beside the category, by name alone, for which linguist's `vendor.yml` and `generated.rb` were the reference. Two
 * differences: linguist calls only some lock files generated, here those of all package managers are, since a tool writes each; and
 * what linguist finds in the content is not found here.
 */
export function findFlags(parts: PathParts, index: Pick<RuleIndex, "isGeneratedName">): readonly CategoryFlag[] {
  const { name, folders, path } = parts;
  const flags: CategoryFlag[] = [];
  let isGenerated = index.isGeneratedName(name) || GENERATED_NAME.test(name);
  let isVendored = VENDORED_NAME.test(name);
  let isFixture = name.endsWith(".snap");
  for (const folder of folders) {
    isGenerated ||= GENERATED_FOLDERS.has(folder);
    isVendored ||= VENDORED_FOLDERS.has(folder);
    isFixture ||= FIXTURES.has(folder);
  }
  const pods = /(?:^|\/)(?:Pods|Carthage\/(?:Build|Checkouts))\//.test(path);
  if (isGenerated || pods) flags.push("generated");
  if (isVendored || pods) flags.push("vendored");
  if (isFixture) flags.push("fixture");
  return flags;
}
