import { defineConfig, type ViteUserConfig } from "vitest/config";
import type { Reporter } from "vitest/node";

/** Names each test that passed only when it was tried again. */
const retries: Reporter = {
  onTestCaseResult(testCase) {
    if (testCase.diagnostic()?.flaky !== true) return;
    process.stderr.write(`tried again: ${testCase.module.relativeModuleId} > ${testCase.fullName}\n`);
  },
};

/** One vitest configuration for every workspace package; results also go to `reports/` so that `npm test` can add them up. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    reporters: ["default", ["json", { outputFile: "reports/vitest.json" }], retries],
    typecheck: { enabled: false },
    restoreMocks: true,
    // Real processes and real git are slow on a busy machine; a hang still ends.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // `TEST_RETRIES=1` on a build machine: one rare input of a random property must not stop an unrelated change. The log names each retry.
    retry: Number(process.env["TEST_RETRIES"] ?? 0),
  },
});

export default config;
