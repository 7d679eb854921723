import { describe, expect, test } from "vitest";
import { categorise } from "./categorise.ts";
import type { CategoryFlag } from "./category-flags.ts";

const FLAGGED: Readonly<Record<CategoryFlag, string>> = {
  generated:
    "package-lock.json pnpm-lock.yaml yarn.lock bun.lockb Cargo.lock go.sum uv.lock poetry.lock Pipfile.lock composer.lock Gemfile.lock mix.lock flake.lock " +
    "pubspec.lock Package.resolved Podfile.lock .terraform.lock.hcl packages.lock.json gradle.lockfile renv.lock Manifest.toml Manifest-v1.11.toml pylock.dev.toml gradle/verification-metadata.xml " +
    ".pnp.cjs api/v1/a.pb.go api/a_pb2.py api/a_pb2_grpc.pyi src/a.g.dart lib/a.freezed.dart src/Form.Designer.cs Login.feature.cs zz_generated.deepcopy.go dist/app.js " +
    "web/app.min.js web/app.min.css web/app.js.map src/__generated__/schema.ts src/routeTree.gen.ts api/mock_client.go web/site.css.map gradlew src/Shell_TLB.pas htmlcov/index.html .sqlx/query-0a.json man/foo.Rd NAMESPACE Assets/a.png.meta " +
    "Pods/Alamofire/a.swift Carthage/Build/a.h .idea/modules.xml Godeps/Godeps.json src/__snapshots__/a.snap",
  vendored:
    "vendor/github.com/a/b/c.go third_party/zlib/a.c node_modules/a/index.js bower_components/a/a.js Pods/A/a.swift Carthage/Checkouts/a/a.swift " +
    "extern/fmt/a.h .yarn/releases/yarn-4.cjs gradlew mvnw.cmd gradle/wrapper/gradle-wrapper.jar static/jquery-3.7.1.min.js config.guess ltmain.sh " +
    "deps/zlib/inflate.c m4/libtool.m4 erlang.mk cpplint.py web/bootstrap.css web/jquery-ui-1.13.2.css",
  fixture:
    "tests/fixtures/a.json pkg/testdata/in.golden src/__fixtures__/a.ts src/__snapshots__/a.snap a.snap test/test-data/x.csv spec/cassettes/a.yml testdata/go.mod",
};

/** Ordinary files, some with a word in them that elsewhere is a flag. */
const PLAIN =
  "src/a.ts README.md go.mod Cargo.toml package.json docs/vendor.md src/generated.test.ts lib/fixture.rb src/dist.py external.go vendor.json pods.swift src/mock.go Carthage/notes.md src/deps/a.c memory.map js/bootstrap.js src/react.js types/a.d.ts .gitignore".split(
    " ",
  );

describe("flags", () => {
  test.each(Object.entries(FLAGGED).flatMap(([flag, paths]) => paths.split(" ").map((path) => [path, flag] as const)))(
    "%s is %s",
    (path, flag) => {
      expect(categorise(path).flags).toContain(flag);
    },
  );

  test.each(PLAIN)("%s has none", (path) => {
    expect(categorise(path).flags).toEqual([]);
  });

  test("what Carthage checks out is a library, what it builds is generated too", () => {
    expect(categorise("Carthage/Checkouts/a/a.swift").flags).toEqual(["vendored"]);
    expect(categorise("Carthage/Build/iOS/a.h").flags).toEqual(["generated", "vendored"]);
  });

  test("come in a fixed order, and beside the category of a rule of the user's", () => {
    expect(categorise("vendor/lib/dist/a.min.js").flags).toEqual(["generated", "vendored"]);
    expect(categorise("vendor/fixtures/a.snap", [{ category: "docs", globs: ["vendor/"] }])).toEqual({
      category: "docs",
      rule: "user: vendor/",
      flags: ["generated", "vendored", "fixture"],
    });
  });
});
