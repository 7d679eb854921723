import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { categorise } from "./categorise.ts";
import type { Category } from "../change.ts";

const EXPECTED: Readonly<Record<Category, string>> = {
  dependencies:
    "package.json docs/Pipfile.lock pnpm-lock.yaml packages/a/package.json bun.lockb patches/x.patch requirements.txt requirements/dev.txt " +
    "dev-requirements.in pyproject.toml uv.lock go.mod go.sum go.work vendor/modules.txt Cargo.toml crates/a/Cargo.lock pom.xml app/build.gradle.kts " +
    "gradle/libs.versions.toml gradle/wrapper/gradle-wrapper.properties vcpkg.json .gitmodules MODULE.bazel Gemfile.lock x.gemspec composer.lock " +
    "flake.lock mise.lock vendor/github.com/a/b/c.go src/App/App.csproj Package.swift mix.exs pubspec.lock tests/package.json vendor/oniguruma",
  ci:
    ".github/workflows/test.yml .github/actions/setup/action.yml .github/dependabot.yml .gitlab-ci.yml .circleci/config.yml .buildkite/pipeline.yml " +
    "azure-pipelines.yml Jenkinsfile renovate.json ci/run.sh .ci/run build_tools/circle/run.sh travis/install.sh bitbucket-pipelines.yml .travis.yml",
  tests:
    "src/a.test.ts src/a.spec.jsx a.test-d.ts __tests__/a.js src/__snapshots__/a.snap e2e/login.ts cypress/support/x.ts tests/test_a.py test_b.py " +
    "pkg/b_test.py conftest.py pkg/a_test.go pkg/testdata/in.golden pkg/testdata/go.mod tests/it.rs benches/b.rs fuzz/fuzz_targets/x.rs " +
    "src/test/java/AThing.java src/main/java/AThingTest.java a/UserIT.java spec/models/user_spec.rb tests/setup tests/jq.test test/fixtures/package.json " +
    "my-module-test/src/main/java/X.java tests/data/input tests/img/a.png " +
    "regress/a.sh regress/expected/a.result src/testDemo/screenshots/a.png internal/testutil/http.go core/testing/src/main/kotlin/Fake.kt " +
    "lib-testing-support/src/main/kotlin/Rule.kt net/storetest/suite.go src/testdir/dumps/a.dump autotests/a.cpp tools/testing/selftests/net/a.c parser/lexer_fuzz.go",
  docs:
    "README.md docs/guide.rst CHANGELOG LICENSE licenses/MIT-license.html COPYING AUTHORS docs/conf.py tests/README.md man/tool.1 docs/a.pdf NEWS " +
    ".github/SECURITY.md .changeset/brave-cats.md src/pkg/readme.txt a.adoc LICENSE-APACHE tests/fixtures/README.md " +
    "docs/Classes/Session.html doc/syntax.html docs/usermanual-shaping.xml Doc/Samples/a.aml .cursor/rules/style.mdc blog/authors.yml logo.svg.license " +
    "RELEASE-NOTES-3.1.txt debian/changelog debian/copyright fastlane/metadata/android/en-US/full_description.txt",
  assets: "logo.svg public/icon.png docs/_static/a.jpg fonts/a.woff2 demo.gif media/intro.mp4 src/icons/a.ico",
  config:
    "tsconfig.json tsconfig.build.json vite.config.ts .eslintrc.cjs .npmrc .nvmrc turbo.json setup.cfg tox.ini MANIFEST.in .flake8 mypy.ini .golangci.yml " +
    "Makefile rustfmt.toml rust-toolchain.toml .cargo/config.toml checkstyle.xml proguard-rules.pro CMakeLists.txt cmake/x.cmake configure.ac m4/a.m4 " +
    "meson.build .clang-format Dockerfile .devcontainer/devcontainer.json .vscode/settings.json .gitignore .editorconfig src/main/resources/app.properties " +
    "k8s/deploy.yaml prod.tfvars config/app.json " +
    "boards/a/Kconfig.board boards/a/a_defconfig boards/a/Kconfig.defconfig debian/rules debian/source/format packages/deb/postinst build.sh make.bat " +
    "src/main/resources/META-INF/services/org.a.Plugin docs/DoxygenLayout.xml vitest.workspace.ts",
  code:
    "src/a.ts src/index.js main.go lib.rs build.rs src/main/java/A.java a.py internal/docs/man.go docs/build.py docs/css/base.css src/a.h x.c scripts/version " +
    "cmd/ext_tmpls/a.yml src/lexer.l src/builtin.jq unknown.xyz bin/tool templates/base.html doc.go src/rc.ts main.tf src/latest.ts src/contest.py src/attest/x.go " +
    "cmd/loadtest/main.go packages/testing/src/index.ts docs/testing/demo.ts scripts/build.sh src/Button.stories.mdx app/templates/notice.html data/templates/a.textile " +
    "shared/src/composeResources/values/strings.xml public/intl/de.json _locales/en/messages.json scripts/postinstall laws/src/main/scala/MonadTests.scala " +
    "extra_playbooks/upgrade.yml src/circle/radius.ts support/lib/support/testing/assertions.rb runtime/queries/debian/highlights.scm modules/qt/kconfig.nix",
  other: "sig/v1/sha256sum.txt jq-release-public.key dist.zip release.tar.gz a.gpg KEYS",
};

describe("categorise()", () => {
  test.each(Object.entries(EXPECTED).flatMap(([category, paths]) => paths.split(" ").map((path) => [path, category])))(
    "%s is %s",
    (path, category) => {
      const result = categorise(path);
      expect(result.category, result.rule).toBe(category);
    },
  );

  test("what no rule knows is code", () => {
    expect(categorise("strange/thing.xyz")).toEqual({ category: "code", rule: "unknown", flags: [] });
  });

  test("the user's rules go first, in their order, and are named", () => {
    const rules = [
      { category: "docs", globs: ["examples/", "!examples/**/*.ts"], name: "examples are docs" },
      { category: "other", globs: ["**/*.ts"] },
    ] as const;
    expect(categorise("examples/package.json", rules)).toMatchObject({ category: "docs", rule: "examples are docs" });
    expect(categorise("examples/a.ts", rules)).toMatchObject({ category: "other", rule: "user: **/*.ts" });
    expect(categorise("package.json", rules).category).toBe("dependencies");
    expect(() => categorise("a", [{ category: "prose" as "docs", globs: ["a"] }])).toThrow(RangeError);
  });

  test("flags say what is generated, vendored or a fixture", () => {
    expect(categorise("vendor/lib/dist/a.min.js").flags).toEqual(["generated", "vendored"]);
    expect(categorise("tests/fixtures/a.json").flags).toEqual(["fixture"]);
    expect(categorise("api/v1/a.pb.go").flags).toEqual(["generated"]);
    expect(categorise("src/a.ts").flags).toEqual([]);
  });

  test("every path has an answer, and the same one with a slash at its end", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (path) => {
        expect(Object.keys(EXPECTED)).toContain(categorise(path).category);
      }),
    );
    expect(categorise("vendor/sub/").category).toBe("dependencies");
  });
});
