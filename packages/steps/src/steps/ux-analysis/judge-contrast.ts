import { textOf } from "../../markup/element.ts";
import type { ElementRule } from "./problem.ts";

/** Ratio that large text needs at least, and all other text, by WCAG 2.2 (https://www.w3.org/TR/WCAG22/#contrast-minimum). */
const LEAST_LARGE = 3;
const LEAST = 4.5;

/** Text whose colour and background stand both in the element, too near to each other. */
export const judgeContrast: ElementRule = (element) => {
  const style = textOf(element, "style");
  if (style === undefined || !element.children.some((child) => child.kind === "text" && child.text.trim() !== "")) {
    return undefined;
  }
  const values = declarations(style);
  if (values.has("opacity") || values.has("background-image")) return undefined;
  const text = parseColour(values.get("color"));
  const behind = parseColour(values.get("background-color") ?? values.get("background"));
  if (text === undefined || behind === undefined) return undefined;
  const ratio = contrastRatio(text, behind);
  const size = /^(\d+(?:\.\d+)?)px$/.exec(values.get("font-size") ?? "")?.[1];
  const isSmall = size !== undefined && Number(size) < 18;
  if (ratio >= (isSmall ? LEAST : LEAST_LARGE)) return undefined;
  return {
    rule: "colour-contrast",
    message: `text and background differ by ${ratio.toFixed(2)} to 1, where ${isSmall ? LEAST : LEAST_LARGE} is the least`,
    suggestion: "make one of them darker or lighter",
  };
};

function declarations(style: string): ReadonlyMap<string, string> {
  return new Map(
    style.split(";").flatMap((part) => {
      const [name, ...value] = part.split(":");
      return name === undefined || value.length === 0
        ? []
        : [
            [
              name.trim().toLowerCase(),
              value
                .join(":")
                .replace(/!important/i, "")
                .trim()
                .toLowerCase(),
            ] as const,
          ];
    }),
  );
}

/** Red, green and blue from 0 to 255. */
export type Colour = readonly [number, number, number];

const NAMED: Readonly<Record<string, Colour>> = {
  white: [255, 255, 255],
  black: [0, 0, 0],
  red: [255, 0, 0],
  green: [0, 128, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  gray: [128, 128, 128],
  grey: [128, 128, 128],
  silver: [192, 192, 192],
  lightgray: [211, 211, 211],
  lightgrey: [211, 211, 211],
  orange: [255, 165, 0],
};

/** Reads an opaque colour; `undefined` for everything else. Pure. */
export function parseColour(text: string | undefined): Colour | undefined {
  if (text === undefined) return undefined;
  const named = Object.hasOwn(NAMED, text) ? NAMED[text] : undefined;
  if (named !== undefined) return named;
  const [, hex] = /^#([0-9a-f]{3}|[0-9a-f]{6})$/.exec(text) ?? [];
  if (hex !== undefined) {
    const full = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
    return [0, 2, 4].map((start) => Number.parseInt(full.slice(start, start + 2), 16)) as unknown as Colour;
  }
  const parts = /^rgb\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)$/.exec(text)?.slice(1).map(Number);
  return parts?.every((part) => part <= 255) === true ? (parts as unknown as Colour) : undefined;
}

/** From 1 to 21, after WCAG's definitions of relative luminance and contrast ratio. Pure. */
export function contrastRatio(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
