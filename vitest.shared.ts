import { defineConfig, type ViteUserConfig } from "vitest/config";

/** One vitest configuration for every workspace package; results also go to `reports/` so that `npm test` can add them up. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    reporters: ["default", ["json", { outputFile: "reports/vitest.json" }]],
    typecheck: { enabled: false },
    restoreMocks: true,
    // Real processes and real git are slow on a busy machine; a hang still ends.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

export default config;
