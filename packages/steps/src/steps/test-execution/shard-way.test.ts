import { describe, expect, test } from "vitest";
import type { TestRunner } from "../../project/project-facts.ts";
import { chooseShardWay } from "./shard-way.ts";

const SHARD = { index: 2, count: 3 };
const wayOf = (runner: TestRunner, command: string, script = command): ReturnType<typeof chooseShardWay> =>
  chooseShardWay({ runner, withArguments: command }, script, SHARD);

describe("chooseShardWay()", () => {
  test.each([
    ["vitest", "pnpm test", "vitest run", "pnpm test --shard=2/3"],
    ["jest", "npm test --", "jest --config other.js", "npm test -- --shard=2/3"],
    ["jest", "npm test --", "jest src", "npm test -- --shard=2/3"],
    ["playwright", "npx playwright test", "npx playwright test", "npx playwright test --shard=2/3"],
    ["node:test", "npm test --", "node --test", "npm test -- --test-shard=2/3"],
    ["ctest", "ctest", "ctest", "ctest -I 2,,3"],
  ] as const)("lets %s divide %j itself", (runner, command, script, sharded) =>
    expect(wayOf(runner, command, script)).toEqual({ kind: "own", command: sharded }),
  );

  test("asks jest, pytest and go what there is", () => {
    const [jest, pytest, go] = [
      wayOf("jest", "npm test --", "jest --coverage"),
      wayOf("pytest", "uv run pytest"),
      wayOf("go test", "go test -race ./..."),
    ];
    if (jest.kind !== "list" || pytest.kind !== "list" || go.kind !== "list")
      throw new Error("one of them has no list");
    expect(jest.listCommand).toBe("npm test -- --listTests");
    expect(jest.parse("> jest\n/repo/a.test.js\n/elsewhere/b.test.js\nnoise.js\n", "/repo")).toEqual(["a.test.js"]);
    expect(jest.commandFor(["a b.test.js"])).toBe("npm test -- --runTestsByPath 'a b.test.js'");
    expect(
      pytest.parse("test_a.py::test_x\ntest_a.py::T::test_y\nt/test_b.py::test_z\n\n3 tests collected\n", "/repo"),
    ).toEqual(["test_a.py", "t/test_b.py"]);
    expect(pytest.commandFor(["test_a.py"])).toBe("uv run pytest test_a.py");
    expect(go.parse("/repo\n/repo/pkg/a\n", "/repo")).toEqual([".", "./pkg/a"]);
    expect(go.commandFor([".", "./pkg/a"])).toBe("go test -race . ./pkg/a");
  });

  test.each([
    ["mocha", "npm test --", "mocha"],
    ["cargo test", "cargo test", "cargo test"],
    ["pytest", "pytest tests", "pytest tests"],
    ["go test", "go test ./a ./b", "go test ./a ./b"],
  ] as const)("leaves %s whole where it names what it runs, or cannot", (runner, command, script) =>
    expect(wayOf(runner, command, script)).toEqual({ kind: "whole" }),
  );

  test("leaves a command whole to which nothing can be added", () =>
    expect(chooseShardWay({ runner: "jest" }, "jest && eslint .", SHARD)).toEqual({ kind: "whole" }));
});
