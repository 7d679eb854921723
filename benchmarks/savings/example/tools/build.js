/** Puts the sources together into `dist`. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

mkdirSync("dist", { recursive: true });
const sources = readdirSync("src").sort();
writeFileSync("dist/bundle.js", sources.map((name) => readFileSync(`src/${name}`, "utf8")).join("\n"));
