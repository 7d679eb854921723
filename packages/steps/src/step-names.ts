/**
 * Other names of the built-in steps, by their ids. Numbers and `step_02_documentation_updates` are those of the documents of the program
 * that this one grew from; where its sources numbered otherwise, that form is here with the number of the sources, and its short name.
 */
export const STEP_NAMES: Readonly<Record<string, readonly string[]>> = {
  analyze: ["0", "step_00_analyze", "pre_analysis"],
  config_validation: ["1", "step_01_config_validation", "step_04_config_validation", "config"],
  api_coverage: ["1.5", "step_01_5_api_coverage"],
  documentation_updates: ["2", "step_02_documentation_updates", "step_01_documentation_updates", "documentation"],
  documentation_optimization: ["2.5", "step_02_5_documentation_optimization", "doc_optimize"],
  test_planning: ["3", "step_03_test_planning", "step_06_test_review", "test_review"],
  code_review: ["4", "step_04_code_review", "review"],
  test_execution: ["5", "step_05_test_execution", "step_08_test_execution", "test_exec"],
  integration: ["6", "step_06_integration"],
  test_generation: ["7", "step_07_test_generation", "test_gen"],
  consistency: ["8", "step_08_consistency", "step_02_consistency"],
  dependencies: ["9", "step_09_dependencies"],
  code_quality: ["10", "step_10_code_quality", "quality"],
  deployment_gate: ["11", "step_11_deployment_gate"],
  context_analysis: ["11.5", "step_11_5_context_analysis", "context"],
  frontend_analysis: ["11.7", "step_11_7_frontend_analysis", "front_end_analysis"],
  markdown_lint: ["12", "step_12_markdown_lint", "step_13_markdown_lint", "markdown_linting"],
  prompt_engineering: ["13", "step_13_prompt_engineering", "prompt_engineer"],
  ux_analysis: ["14", "step_14_ux_analysis", "ux"],
  version_update: ["15", "step_15_version_update", "version"],
  git_finalization: ["16", "step_16_git_finalization", "step_12_git_finalization", "git"],
  script_references: ["step_03_script_references", "script_refs"],
  directory_structure: ["step_05_directory_structure", "directory"],
  secrets: ["secret_scan"],
  git_status_check: ["git_status"],
};
