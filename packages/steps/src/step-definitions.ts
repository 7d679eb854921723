import { analyze } from "./analyze/definition.ts";
import { apiCoverage } from "./api-coverage/definition.ts";
import { codeQuality } from "./code-quality/definition.ts";
import { codeReview } from "./code-review/definition.ts";
import { configValidation } from "./config-validation/definition.ts";
import { consistency } from "./consistency/definition.ts";
import { contextAnalysis } from "./context-analysis/definition.ts";
import { dependencies } from "./dependencies/definition.ts";
import { deploymentGate } from "./deployment-gate/definition.ts";
import { directoryStructure } from "./directory-structure/definition.ts";
import { documentationOptimization } from "./documentation-optimization/definition.ts";
import { documentationUpdates } from "./documentation-updates/definition.ts";
import { frontendAnalysis } from "./frontend-analysis/definition.ts";
import { gitFinalization } from "./git-finalization/definition.ts";
import { gitStatusCheck } from "./git-status-check/definition.ts";
import { integration } from "./integration/definition.ts";
import { markdownLint } from "./markdown-lint/definition.ts";
import { promptEngineering } from "./prompt-engineering/definition.ts";
import { scriptReferences } from "./script-references/definition.ts";
import { secrets } from "./secrets/definition.ts";
import { testExecution } from "./test-execution/definition.ts";
import { testGeneration } from "./test-generation/definition.ts";
import { testPlanning } from "./test-planning/definition.ts";
import { uxAnalysis } from "./ux-analysis/definition.ts";
import { versionUpdate } from "./version-update/definition.ts";
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
