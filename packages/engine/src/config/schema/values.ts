/** What the values of the configuration are made of. */
import * as v from "valibot";
import { CATEGORIES, PROJECT_KINDS, type ProjectKind, type TriggerCategory } from "../config.ts";

export const identifier: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9_.:-]*$/,
    "must start with a letter or digit and hold only letters, digits, `_ . : -`",
  ),
  v.maxLength(100, "must not be longer than 100 characters"),
);

/** A step that is named by another, `^` for the same of the units that a unit needs. */
export const stepReference: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(
    /^\^?[A-Za-z0-9][A-Za-z0-9_.:-]*$/,
    "must start with a letter or digit and hold only letters, digits, `_ . : -`",
  ),
  v.maxLength(101, "must not be longer than 100 characters"),
);

export const duration: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(/^(?=[\d.]*[1-9])\d+(\.\d+)?(ms|s|m|h)$/, "must be a duration above 0 such as `90s`, `10m` or `1h`"),
);

export const category: v.GenericSchema<unknown, TriggerCategory> = v.picklist(CATEGORIES);

export const projectKind: v.GenericSchema<unknown, ProjectKind> = v.picklist(PROJECT_KINDS);

export const positive: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.finite("must be finite"),
  v.gtValue(0, "must be above 0"),
);

export const positiveInteger: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.integer("must be a whole number"),
  v.minValue(1, "must be at least 1"),
);

export const names: v.GenericSchema<unknown, string[]> = v.array(v.pipe(v.string(), v.nonEmpty("must not be empty")));

/** Globs that can match: those that lead out of the target never do, and a step that seems to read nothing is replayed for ever. */
export const paths: v.GenericSchema<unknown, string[]> = v.array(
  v.pipe(
    v.string(),
    v.nonEmpty("must not be empty"),
    v.check((glob) => !/^!?\//.test(glob), "must be relative to the configuration"),
    v.check((glob) => !/(^|\/|!)\.\.(\/|$)/.test(glob), "must not lead out of the configuration's folder"),
  ),
);

/** The same, where `/` and `^` mean something in a step that is done for units; what they mean elsewhere is checked with the steps. */
export const inputPaths: v.GenericSchema<unknown, string[]> = v.array(
  v.pipe(
    v.string(),
    v.nonEmpty("must not be empty"),
    v.check((glob) => !/(^|\/|!|\^)\.\.(\/|$)/.test(glob), "must not lead out of the configuration's folder"),
    v.check((glob) => !/^!?[/^]+$/.test(glob), "must name something"),
  ),
);

export const name: v.GenericSchema<string> = v.pipe(v.string(), v.nonEmpty("must not be empty"));
