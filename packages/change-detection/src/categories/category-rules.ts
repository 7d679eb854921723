import type { Category } from "../change.ts";

/** The pieces of a path that rules look at. */
export interface PathParts {
  /** The path as it is. */
  readonly path: string;
  /** The last segment in lower case. */
  readonly name: string;
  /** The last segment as it is. */
  readonly exactName: string;
  /** What follows the last dot of the name in lower case, `""` without a dot (a leading dot does not count). */
  readonly extension: string;
  /** The folders in lower case, outermost first. */
  readonly folders: readonly string[];
}

/** One built-in rule; the first that holds decides. */
export interface BuiltInRule {
  /** Shown as the reason, `<ecosystem>/<what>`. */
  readonly rule: string;
  readonly category: Category;
  readonly holds: (parts: PathParts) => boolean;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const PROSE_EXTENSIONS = words("md mdx markdown rst adoc asciidoc asc txt tex org rdoc pod textile");
const PROSE_NAMES = words(
  "readme license licence copying notice authors contributors maintainers changelog changes history news todo " +
    "contributing security support governance code_of_conduct install upgrading migrating credits thanks patents roadmap",
);
const SOURCE_EXTENSIONS = words(
  "js mjs cjs jsx ts mts cts tsx vue svelte astro py pyi pyx go rs c h cc cpp cxx hh hpp hxx m mm java kt kts scala groovy clj cljs rb " +
    "php swift cs fs vb ex exs erl hrl hs ml mli lua pl pm r jl dart zig nim sh bash zsh fish ps1 bat cmd sql css scss sass less styl " +
    "html htm erb ejs hbs j2 jinja jinja2 tmpl tpl mustache pug l y s asm proto graphql gql thrift wgsl glsl wat jq awk el lisp scm tcl sol v vhd",
);
const ASSET_EXTENSIONS = words(
  "png jpg jpeg gif svg ico icns webp avif bmp tif tiff psd ai eps sketch fig woff woff2 ttf otf eot mp3 mp4 webm ogg wav flac mov avi m4a",
);
const DATA_EXTENSIONS = words("json json5 jsonc yml yaml toml ini cfg conf properties xml plist env editorconfig");
const OPAQUE_EXTENSIONS = words(
  "zip tar gz tgz bz2 xz zst 7z rar jar war exe dll so dylib a o bin sig gpg pem crt key p12 asc sha256 sha512",
);

const DEPENDENCY_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    js: "package.json package-lock.json npm-shrinkwrap.json pnpm-lock.yaml pnpm-workspace.yaml yarn.lock bun.lock bun.lockb .pnp.cjs .pnp.loader.mjs bower.json deno.lock .pnpmfile.cjs import_map.json",
    python:
      "pyproject.toml setup.py uv.lock poetry.lock pdm.lock pipfile pipfile.lock environment.yml environment.yaml conda-lock.yml pixi.lock pixi.toml constraints.txt pylock.toml",
    go: "go.mod go.sum go.work go.work.sum",
    rust: "cargo.toml cargo.lock",
    jvm: "pom.xml build.gradle build.gradle.kts settings.gradle settings.gradle.kts libs.versions.toml gradle.lockfile gradle-wrapper.properties build.sbt deps.edn project.clj",
    c: "vcpkg.json vcpkg-configuration.json conanfile.txt conanfile.py conan.lock .gitmodules workspace workspace.bazel module.bazel module.bazel.lock meson.wrap",
    ruby: "gemfile gemfile.lock gems.rb gems.locked",
    php: "composer.json composer.lock",
    dotnet: "packages.config packages.lock.json directory.packages.props paket.dependencies paket.lock nuget.config",
    swift: "package.swift package.resolved podfile podfile.lock cartfile cartfile.resolved",
    elixir: "mix.exs mix.lock rebar.config rebar.lock",
    dart: "pubspec.yaml pubspec.lock",
    haskell: "stack.yaml stack.yaml.lock cabal.project cabal.project.freeze",
    nix: "flake.nix flake.lock",
    terraform: ".terraform.lock.hcl",
    helm: "chart.lock",
    tools: "mise.lock devbox.lock brewfile brewfile.lock.json",
  }).flatMap(([ecosystem, names]) => names.split(" ").map((name) => [name, ecosystem] as const)),
);
const DEPENDENCY_EXTENSIONS = words("gemspec csproj fsproj vbproj cabal podspec");

const CI_NAMES = words(
  ".gitlab-ci.yml .gitlab-ci.yaml .travis.yml appveyor.yml .appveyor.yml azure-pipelines.yml azure-pipelines.yaml bitbucket-pipelines.yml " +
    "jenkinsfile .drone.yml .cirrus.yml .cirrus.star .woodpecker.yml cloudbuild.yaml cloudbuild.yml buildspec.yml codecov.yml .codecov.yml " +
    "dependabot.yml dependabot.yaml renovate.json renovate.json5 .renovaterc .renovaterc.json .mergify.yml wercker.yml .teamcity",
);
const CI_FOLDERS = words(".circleci .buildkite .gitlab .teamcity .woodpecker .azure-pipelines");

const TEST_FOLDERS = words(
  "test tests spec specs __tests__ __test__ __mocks__ __snapshots__ __fixtures__ testdata fixtures e2e cypress integration-tests " +
    "androidtest jvmtest commontest testfixtures integrationtest unittest unittests functionaltest fuzz_targets testsuite",
);
const FIXTURE_FOLDERS = words(
  "fixtures fixture __fixtures__ testdata test-data test_data __snapshots__ testfixtures snapshots",
);
const GENERATED_FOLDERS = words("dist generated __generated__ gen");
const VENDORED_FOLDERS = words("vendor vendored third_party third-party node_modules bower_components");
const DOC_FOLDERS = words("docs doc documentation");

const CONFIG_NAMES = words(
  "makefile gnumakefile makefile.am makefile.in cmakelists.txt configure.ac configure.in meson.build meson_options.txt meson.options build.bazel build " +
    "dockerfile containerfile docker-compose.yml docker-compose.yaml compose.yml compose.yaml vagrantfile procfile rakefile justfile taskfile.yml taskfile.yaml " +
    "turbo.json nx.json lerna.json rush.json project.json tox.ini noxfile.py setup.cfg manifest.in mypy.ini pytest.ini ruff.toml " +
    "rustfmt.toml clippy.toml rust-toolchain rust-toolchain.toml deny.toml gradlew gradlew.bat mvnw mvnw.cmd checkstyle.xml bnd.bnd " +
    "cname codeowners owners fastfile gulpfile.js gruntfile.js pre-commit.yaml",
);
const CONFIG_EXTENSIONS = words(
  "cmake m4 am ac spec bzl mk gn gni pro nix tf tfvars hcl props targets sln service bazel dockerfile code-workspace",
);

const has = (parts: PathParts, folders: ReadonlySet<string>): boolean => parts.folders.some((one) => folders.has(one));
const stem = (name: string): string => {
  const dot = name.indexOf(".", 1);
  return dot === -1 ? name : name.slice(0, dot);
};
const isLicenceText = (parts: PathParts): boolean =>
  /(?:^|[-_.])(?:licen[cs]e|copying|notice)(?:[-_.]|$)/.test(parts.name) &&
  (parts.extension === "" ||
    PROSE_EXTENSIONS.has(parts.extension) ||
    /^(?:html?|apache|mit|bsd\d?)$/.test(parts.extension));
const isReadme = (parts: PathParts): boolean =>
  stem(parts.name).startsWith("readme") && (parts.extension === "" || PROSE_EXTENSIONS.has(parts.extension));
const isSource = (parts: PathParts): boolean => SOURCE_EXTENSIONS.has(parts.extension);
const isInTests = (parts: PathParts): boolean =>
  has(parts, TEST_FOLDERS) ||
  parts.folders.some((one) => /^(?:test|tests)[-_]|[-_.](?:test|tests|spec|e2e)$/.test(one));
const isRequirements = (parts: PathParts): boolean =>
  (parts.extension === "txt" || parts.extension === "in" || parts.extension === "pip") &&
  (/^(?:[\w.]+[-_])?(?:requirements|constraints)(?:[-_.]|$)/.test(parts.name) ||
    parts.folders.some((one) => /^requirements(?:[-_]|$)/.test(one)));

/**
 * The rules, in the order of their strength: dependencies, ci, tests, docs, assets, config, code, other. Data, so that a rule can be
 * named in an answer.
 */
export const BUILT_IN_RULES: readonly BuiltInRule[] = [
  {
    rule: "tests/fixture",
    category: "tests",
    holds: (parts) => has(parts, FIXTURE_FOLDERS) && !isReadme(parts) && !isLicenceText(parts) && isInTests(parts),
  },
  { rule: "dependencies/manifest", category: "dependencies", holds: (parts) => DEPENDENCY_NAMES.has(parts.name) },
  {
    rule: "dependencies/project-file",
    category: "dependencies",
    holds: (parts) => DEPENDENCY_EXTENSIONS.has(parts.extension),
  },
  { rule: "python/requirements", category: "dependencies", holds: isRequirements },
  {
    rule: "js/patches",
    category: "dependencies",
    holds: (parts) =>
      parts.extension === "patch" && (parts.folders.at(-1) === "patches" || parts.folders.includes(".yarn")),
  },
  { rule: "go/vendor-list", category: "dependencies", holds: (parts) => parts.path === "vendor/modules.txt" },
  {
    rule: "git/submodule-in-vendor",
    category: "dependencies",
    holds: (parts) =>
      parts.extension === "" &&
      parts.folders.length === 1 &&
      has(parts, VENDORED_FOLDERS) &&
      !PROSE_NAMES.has(parts.name) &&
      !parts.name.startsWith("."),
  },
  {
    rule: "github/workflow",
    category: "ci",
    holds: (parts) =>
      parts.folders[0] === ".github" &&
      (parts.folders[1] === "workflows" || parts.folders[1] === "actions") &&
      !PROSE_EXTENSIONS.has(parts.extension),
  },
  {
    rule: "ci/provider",
    category: "ci",
    holds: (parts) =>
      CI_NAMES.has(parts.name) || (CI_FOLDERS.has(parts.folders[0] ?? "") && !PROSE_EXTENSIONS.has(parts.extension)),
  },
  {
    rule: "ci/folder",
    category: "ci",
    holds: (parts) =>
      (parts.folders[0] === "ci" || parts.folders[0] === ".ci") && !PROSE_EXTENSIONS.has(parts.extension),
  },
  { rule: "docs/readme", category: "docs", holds: isReadme },
  {
    rule: "tests/folder",
    category: "tests",
    holds: (parts) => isInTests(parts) && !isLicenceText(parts) && !has(parts, VENDORED_FOLDERS),
  },
  {
    rule: "js/test-file",
    category: "tests",
    holds: (parts) =>
      /\.(?:test|spec|test-d|spec-d|bench|e2e|cy)\.[cm]?[jt]sx?$|\.(?:test|spec)\.(?:vue|svelte)$|\.snap$/.test(
        parts.name,
      ),
  },
  {
    rule: "python/test-file",
    category: "tests",
    holds: (parts) => parts.extension === "py" && /^test_|_test\.py$|^conftest\.py$/.test(parts.name),
  },
  {
    rule: "native/test-file",
    category: "tests",
    holds: (parts) =>
      /_(?:test|spec|unittest)\.(?:go|rb|exs|cc|cpp|c|dart|rs|clj)$|^test_[\w-]+\.(?:c|cc|cpp|rb)$|\.golden$|\.t$/.test(
        parts.name,
      ),
  },
  {
    rule: "jvm/test-file",
    category: "tests",
    holds: (parts) => /(?:Tests?|IT|Spec|TestCase)\.(?:java|kt|scala|groovy|cs|swift|php)$/.test(parts.exactName),
  },
  {
    rule: "rust/benches",
    category: "tests",
    holds: (parts) => parts.extension === "rs" && parts.folders.includes("benches"),
  },
  { rule: "docs/licence", category: "docs", holds: isLicenceText },
  {
    rule: "other/checksums",
    category: "other",
    holds: (parts) => /^(?:sha\d+sums?|md5sums?|checksums?)(?:\.txt)?$/.test(parts.name),
  },
  {
    rule: "other/signature",
    category: "other",
    holds: (parts) =>
      parts.folders.includes("sig") ||
      (parts.extension === "asc" && /\.\w+\.asc$|[-_.]\w*\d\w*\.asc$/.test(parts.name)),
  },
  {
    rule: "docs/github",
    category: "docs",
    holds: (parts) => parts.folders[0] === ".github" && PROSE_EXTENSIONS.has(parts.extension),
  },
  {
    rule: "c/build-list",
    category: "config",
    holds: (parts) => CONFIG_NAMES.has(parts.name),
  },
  {
    rule: "web/crawler-list",
    category: "config",
    holds: (parts) => parts.name === "robots.txt" || parts.name === "humans.txt",
  },
  {
    rule: "docs/prose",
    category: "docs",
    holds: (parts) => PROSE_EXTENSIONS.has(parts.extension) || parts.extension === "pdf",
  },
  {
    rule: "docs/prose-name",
    category: "docs",
    holds: (parts) =>
      PROSE_NAMES.has(parts.name) ||
      (PROSE_NAMES.has(stem(parts.name)) && !isSource(parts) && !DATA_EXTENSIONS.has(parts.extension)),
  },
  {
    rule: "docs/man-page",
    category: "docs",
    holds: (parts) => /\.[1-8](?:\.(?:in|prebuilt))?$/.test(parts.name) && !/\.so\./.test(parts.name),
  },
  {
    rule: "python/docs-settings",
    category: "docs",
    holds: (parts) => parts.name === "conf.py" && has(parts, DOC_FOLDERS),
  },
  {
    rule: "docs/content-data",
    category: "docs",
    holds: (parts) =>
      has(parts, DOC_FOLDERS) &&
      parts.folders.includes("content") &&
      (parts.extension === "yml" || parts.extension === "yaml"),
  },
  { rule: "assets/media", category: "assets", holds: (parts) => ASSET_EXTENSIONS.has(parts.extension) },
  {
    rule: "js/tool-settings",
    category: "config",
    holds: (parts) => /^(?:tsconfig|jsconfig)[\w.-]*\.json$|\.config\.(?:[cm]?[jt]s|json)$/.test(parts.name),
  },
  { rule: "config/dot-file", category: "config", holds: (parts) => parts.name.startsWith(".") },
  {
    rule: "config/dot-folder",
    category: "config",
    holds: (parts) =>
      parts.folders.some((one) => one.startsWith(".") && one !== "." && one !== "..") && !isSourceFolder(parts),
  },
  {
    rule: "config/tool-file",
    category: "config",
    holds: (parts) =>
      CONFIG_EXTENSIONS.has(parts.extension) || parts.name.endsWith(".pc.in") || parts.name.startsWith("dockerfile."),
  },
  {
    rule: "c/build-script",
    category: "config",
    holds: (parts) =>
      parts.folders.length === 0 &&
      /^(?:compile|configure|autogen|bootstrap)(?:[-_][\w-]+)?(?:\.sh)?$/.test(parts.name),
  },
  {
    rule: "config/data",
    category: "config",
    // A data file deep in a source tree is often a template or a table that the program reads: that is code.
    holds: (parts) => DATA_EXTENSIONS.has(parts.extension) && !/tmpl|template/.test(parts.path.toLowerCase()),
  },
  { rule: "other/key", category: "other", holds: (parts) => /public\.key$|\.(?:pub|gpg|pgp)$/.test(parts.name) },
  { rule: "code/source", category: "code", holds: isSource },
  { rule: "other/opaque", category: "other", holds: (parts) => OPAQUE_EXTENSIONS.has(parts.extension) },
];

/** Folders such as `.storybook` hold programs that the product is built from; those stay settings, sources elsewhere do not. */
function isSourceFolder(parts: PathParts): boolean {
  return parts.folders.includes("src") && isSource(parts);
}

/** Facts beside the category. */
export function isGenerated({ name, folders }: PathParts): boolean {
  return (
    folders.some((one) => GENERATED_FOLDERS.has(one)) ||
    /\.min\.(?:js|css)$|\.generated\.|\.g\.(?:dart|cs)$|\.pb\.(?:go|cc|h)$|_pb2(?:_grpc)?\.pyi?$|\.map$|^zz_generated/.test(
      name,
    )
  );
}

export const isVendored = (parts: PathParts): boolean => has(parts, VENDORED_FOLDERS);
export const isFixture = (parts: PathParts): boolean => has(parts, FIXTURE_FOLDERS) || parts.name.endsWith(".snap");
