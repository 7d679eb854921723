import type { Rule } from "../rule.ts";

const PROSE_FOLDERS =
  /^(?:vignettes|docs?|documentation|articles|man|posts?|_posts|content|blog|book|inst|tutorials?)$/;

/** R, Julia, MATLAB, Stata and the data and models of science and machine learning. */
export const SCIENCE: readonly Rule[] = [
  {
    rule: "science/lock-file",
    category: "dependencies",
    generated: true,
    names: "renv.lock packrat.lock juliamanifest.toml dvc.lock",
  },
  {
    rule: "julia/lock-file",
    category: "dependencies",
    extensions: "toml",
    holds: ({ name }) => /^(?:julia)?manifest(?:-v[\d.]+)?\.toml$/.test(name),
  },
  {
    rule: "r/manifest",
    category: "dependencies",
    names: "description",
    holds: ({ exactName }) => exactName === "DESCRIPTION",
  },
  {
    rule: "julia/manifest",
    category: "dependencies",
    names: "project.toml juliaproject.toml artifacts.toml require",
    holds: ({ name, exactName }) => name !== "require" || exactName === "REQUIRE",
  },
  {
    rule: "r/test-file",
    category: "tests",
    extensions: "r jl",
    holds: ({ name }) => /^tests?[-_][\w.-]+\.(?:r|jl)$|^runtests\.jl$|[-_]tests?\.jl$/.test(name),
  },
  {
    rule: "r/manual-page",
    category: "docs",
    extensions: "rd",
    holds: ({ folders }) => folders.includes("man") || folders.length === 0,
  },
  {
    rule: "science/literate-prose",
    category: "docs",
    extensions: "rmd qmd rnw rmarkdown",
    // A notebook in an analysis is its program; README.Rmd, vignettes and the pages of a site are prose.
    holds: ({ name, folders }) =>
      /^(?:readme|news|index|contributing)\./.test(name) || folders.some((folder) => PROSE_FOLDERS.test(folder)),
  },
  { rule: "r/citation", category: "docs", names: "citation citation.cff citation.bib" },
  {
    rule: "science/tool-settings",
    category: "config",
    names:
      "namespace _pkgdown.yml _pkgdown.yaml _quarto.yml _bookdown.yml _output.yml air.toml juliaformatter.toml dvc.yaml params.yaml mlproject codemeta.json jupyter_notebook_config.py _targets.yaml",
    extensions: "rproj dvc",
    holds: ({ name, exactName }) => name !== "namespace" || exactName === "NAMESPACE",
  },
  {
    rule: "science/source",
    category: "code",
    extensions: "r jl rmd qmd rnw stan do ado sas mlx nb wl wls mpl nf smk wdl cwl ipynb sagews pluto",
  },
  {
    rule: "science/data",
    category: "other",
    extensions:
      "rda rds rdata parquet feather arrow npy npz pkl pickle h5 hdf5 hdf joblib sav dta sas7bdat nc mat csv tsv psv xls xlsx ods jsonl ndjson avro orc msgpack sqlite sqlite3 db",
  },
  {
    rule: "science/model",
    category: "other",
    extensions: "onnx pt pth ckpt safetensors gguf ggml tflite keras caffemodel mlmodel bin",
  },
];
