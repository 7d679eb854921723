import { analyze } from "./steps/analyze/definition.ts";
import { apiCoverage } from "./steps/api-coverage/definition.ts";
import { codeQuality } from "./steps/code-quality/definition.ts";
import { codeReview } from "./steps/code-review/definition.ts";
import { configValidation } from "./steps/config-validation/definition.ts";
import { consistency } from "./steps/consistency/definition.ts";
import { contextAnalysis } from "./steps/context-analysis/definition.ts";
import { dependencies } from "./steps/dependencies/definition.ts";
import { deploymentGate } from "./steps/deployment-gate/definition.ts";
import { directoryStructure } from "./steps/directory-structure/definition.ts";
import { documentationOptimization } from "./steps/documentation-optimization/definition.ts";
import { documentationUpdates } from "./steps/documentation-updates/definition.ts";
import { frontendAnalysis } from "./steps/frontend-analysis/definition.ts";
import { gitFinalization } from "./steps/git-finalization/definition.ts";
import { gitStatusCheck } from "./steps/git-status-check/definition.ts";
import { integration } from "./steps/integration/definition.ts";
import { markdownLint } from "./steps/markdown-lint/definition.ts";
import { promptEngineering } from "./steps/prompt-engineering/definition.ts";
import { scriptReferences } from "./steps/script-references/definition.ts";
import { secrets } from "./steps/secrets/definition.ts";
import { testExecution } from "./steps/test-execution/definition.ts";
import { testGeneration } from "./steps/test-generation/definition.ts";
import { testPlanning } from "./steps/test-planning/definition.ts";
import { uxAnalysis } from "./steps/ux-analysis/definition.ts";
import { versionUpdate } from "./steps/version-update/definition.ts";
import type { StepDefinition } from "./step-definition.ts";

/** Every built-in step, in the order in which pipelines have them. */
export const STEP_DEFINITIONS: readonly StepDefinition[] = [
  analyze,
  configValidation,
  scriptReferences,
  directoryStructure,
  secrets,
  gitStatusCheck,
  markdownLint,
  consistency,
  documentationUpdates,
  documentationOptimization,
  apiCoverage,
  testPlanning,
  testGeneration,
  dependencies,
  codeQuality,
  testExecution,
  integration,
  codeReview,
  frontendAnalysis,
  uxAnalysis,
  promptEngineering,
  contextAnalysis,
  deploymentGate,
  versionUpdate,
  gitFinalization,
];
