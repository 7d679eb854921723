import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Every package's tests from the root: `vitest run --project "@ai-workflow/scheduler"`. */
const config: ViteUserConfig = defineConfig({ test: { projects: ["packages/*", "apps/*", "tools"] } });

export default config;
