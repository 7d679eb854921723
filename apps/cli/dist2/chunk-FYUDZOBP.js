import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import {
  createGraph,
  createPlan,
  suggest
} from "./chunk-QU6SSR7S.js";
import {
  __commonJS,
  __toESM
} from "./chunk-H3WC6SUY.js";

// ../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/lib/constants.js
var require_constants = __commonJS({
  "../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/lib/constants.js"(exports, module) {
    "use strict";
    var WIN_SLASH = "\\\\/";
    var WIN_NO_SLASH = `[^${WIN_SLASH}]`;
    var DEFAULT_MAX_EXTGLOB_RECURSION = 0;
    var DOT_LITERAL = "\\.";
    var PLUS_LITERAL = "\\+";
    var QMARK_LITERAL = "\\?";
    var SLASH_LITERAL = "\\/";
    var ONE_CHAR = "(?=.)";
    var QMARK = "[^/]";
    var END_ANCHOR = `(?:${SLASH_LITERAL}|$)`;
    var START_ANCHOR = `(?:^|${SLASH_LITERAL})`;
    var DOTS_SLASH = `${DOT_LITERAL}{1,2}${END_ANCHOR}`;
    var NO_DOT = `(?!${DOT_LITERAL})`;
    var NO_DOTS = `(?!${START_ANCHOR}${DOTS_SLASH})`;
    var NO_DOT_SLASH = `(?!${DOT_LITERAL}{0,1}${END_ANCHOR})`;
    var NO_DOTS_SLASH = `(?!${DOTS_SLASH})`;
    var QMARK_NO_DOT = `[^.${SLASH_LITERAL}]`;
    var STAR = `${QMARK}*?`;
    var SEP = "/";
    var POSIX_CHARS = {
      DOT_LITERAL,
      PLUS_LITERAL,
      QMARK_LITERAL,
      SLASH_LITERAL,
      ONE_CHAR,
      QMARK,
      END_ANCHOR,
      DOTS_SLASH,
      NO_DOT,
      NO_DOTS,
      NO_DOT_SLASH,
      NO_DOTS_SLASH,
      QMARK_NO_DOT,
      STAR,
      START_ANCHOR,
      SEP
    };
    var WINDOWS_CHARS = {
      ...POSIX_CHARS,
      SLASH_LITERAL: `[${WIN_SLASH}]`,
      QMARK: WIN_NO_SLASH,
      STAR: `${WIN_NO_SLASH}*?`,
      DOTS_SLASH: `${DOT_LITERAL}{1,2}(?:[${WIN_SLASH}]|$)`,
      NO_DOT: `(?!${DOT_LITERAL})`,
      NO_DOTS: `(?!(?:^|[${WIN_SLASH}])${DOT_LITERAL}{1,2}(?:[${WIN_SLASH}]|$))`,
      NO_DOT_SLASH: `(?!${DOT_LITERAL}{0,1}(?:[${WIN_SLASH}]|$))`,
      NO_DOTS_SLASH: `(?!${DOT_LITERAL}{1,2}(?:[${WIN_SLASH}]|$))`,
      QMARK_NO_DOT: `[^.${WIN_SLASH}]`,
      START_ANCHOR: `(?:^|[${WIN_SLASH}])`,
      END_ANCHOR: `(?:[${WIN_SLASH}]|$)`,
      SEP: "\\"
    };
    var POSIX_REGEX_SOURCE = {
      __proto__: null,
      alnum: "a-zA-Z0-9",
      alpha: "a-zA-Z",
      ascii: "\\x00-\\x7F",
      blank: " \\t",
      cntrl: "\\x00-\\x1F\\x7F",
      digit: "0-9",
      graph: "\\x21-\\x7E",
      lower: "a-z",
      print: "\\x20-\\x7E ",
      punct: "\\-!\"#$%&'()\\*+,./:;<=>?@[\\]^_`{|}~",
      space: " \\t\\r\\n\\v\\f",
      upper: "A-Z",
      word: "A-Za-z0-9_",
      xdigit: "A-Fa-f0-9"
    };
    module.exports = {
      DEFAULT_MAX_EXTGLOB_RECURSION,
      MAX_LENGTH: 1024 * 64,
      POSIX_REGEX_SOURCE,
      // regular expressions
      REGEX_BACKSLASH: /\\(?![*+?^${}(|)[\]])/g,
      REGEX_NON_SPECIAL_CHARS: /^[^@![\].,$*+?^{}()|\\/]+/,
      REGEX_SPECIAL_CHARS: /[-*+?.^${}(|)[\]]/,
      REGEX_SPECIAL_CHARS_BACKREF: /(\\?)((\W)(\3*))/g,
      REGEX_SPECIAL_CHARS_GLOBAL: /([-*+?.^${}(|)[\]])/g,
      REGEX_REMOVE_BACKSLASH: /(?:\[.*?[^\\]\]|\\(?=.))/g,
      // Replace globs with equivalent patterns to reduce parsing time.
      REPLACEMENTS: {
        __proto__: null,
        "***": "*",
        "**/**": "**",
        "**/**/**": "**"
      },
      // Digits
      CHAR_0: 48,
      /* 0 */
      CHAR_9: 57,
      /* 9 */
      // Alphabet chars.
      CHAR_UPPERCASE_A: 65,
      /* A */
      CHAR_LOWERCASE_A: 97,
      /* a */
      CHAR_UPPERCASE_Z: 90,
      /* Z */
      CHAR_LOWERCASE_Z: 122,
      /* z */
      CHAR_LEFT_PARENTHESES: 40,
      /* ( */
      CHAR_RIGHT_PARENTHESES: 41,
      /* ) */
      CHAR_ASTERISK: 42,
      /* * */
      // Non-alphabetic chars.
      CHAR_AMPERSAND: 38,
      /* & */
      CHAR_AT: 64,
      /* @ */
      CHAR_BACKWARD_SLASH: 92,
      /* \ */
      CHAR_CARRIAGE_RETURN: 13,
      /* \r */
      CHAR_CIRCUMFLEX_ACCENT: 94,
      /* ^ */
      CHAR_COLON: 58,
      /* : */
      CHAR_COMMA: 44,
      /* , */
      CHAR_DOT: 46,
      /* . */
      CHAR_DOUBLE_QUOTE: 34,
      /* " */
      CHAR_EQUAL: 61,
      /* = */
      CHAR_EXCLAMATION_MARK: 33,
      /* ! */
      CHAR_FORM_FEED: 12,
      /* \f */
      CHAR_FORWARD_SLASH: 47,
      /* / */
      CHAR_GRAVE_ACCENT: 96,
      /* ` */
      CHAR_HASH: 35,
      /* # */
      CHAR_HYPHEN_MINUS: 45,
      /* - */
      CHAR_LEFT_ANGLE_BRACKET: 60,
      /* < */
      CHAR_LEFT_CURLY_BRACE: 123,
      /* { */
      CHAR_LEFT_SQUARE_BRACKET: 91,
      /* [ */
      CHAR_LINE_FEED: 10,
      /* \n */
      CHAR_NO_BREAK_SPACE: 160,
      /* \u00A0 */
      CHAR_PERCENT: 37,
      /* % */
      CHAR_PLUS: 43,
      /* + */
      CHAR_QUESTION_MARK: 63,
      /* ? */
      CHAR_RIGHT_ANGLE_BRACKET: 62,
      /* > */
      CHAR_RIGHT_CURLY_BRACE: 125,
      /* } */
      CHAR_RIGHT_SQUARE_BRACKET: 93,
      /* ] */
      CHAR_SEMICOLON: 59,
      /* ; */
      CHAR_SINGLE_QUOTE: 39,
      /* ' */
      CHAR_SPACE: 32,
      /*   */
      CHAR_TAB: 9,
      /* \t */
      CHAR_UNDERSCORE: 95,
      /* _ */
      CHAR_VERTICAL_LINE: 124,
      /* | */
      CHAR_ZERO_WIDTH_NOBREAK_SPACE: 65279,
      /* \uFEFF */
      /**
       * Create EXTGLOB_CHARS
       */
      extglobChars(chars) {
        return {
          "!": { type: "negate", open: "(?:(?!(?:", close: `))${chars.STAR})` },
          "?": { type: "qmark", open: "(?:", close: ")?" },
          "+": { type: "plus", open: "(?:", close: ")+" },
          "*": { type: "star", open: "(?:", close: ")*" },
          "@": { type: "at", open: "(?:", close: ")" }
        };
      },
      /**
       * Create GLOB_CHARS
       */
      globChars(win32) {
        return win32 === true ? WINDOWS_CHARS : POSIX_CHARS;
      }
    };
  }
});

// ../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/lib/utils.js
var require_utils = __commonJS({
  "../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/lib/utils.js"(exports) {
    "use strict";
    var {
      REGEX_BACKSLASH,
      REGEX_REMOVE_BACKSLASH,
      REGEX_SPECIAL_CHARS,
      REGEX_SPECIAL_CHARS_GLOBAL
    } = require_constants();
    exports.isObject = (val) => val !== null && typeof val === "object" && !Array.isArray(val);
    exports.hasRegexChars = (str) => REGEX_SPECIAL_CHARS.test(str);
    exports.isRegexChar = (str) => str.length === 1 && exports.hasRegexChars(str);
    exports.escapeRegex = (str) => str.replace(REGEX_SPECIAL_CHARS_GLOBAL, "\\$1");
    exports.toPosixSlashes = (str) => str.replace(REGEX_BACKSLASH, "/");
    exports.isWindows = () => {
      if (typeof navigator !== "undefined" && navigator.platform) {
        const platform = navigator.platform.toLowerCase();
        return platform === "win32" || platform === "windows";
      }
      if (typeof process !== "undefined" && process.platform) {
        return process.platform === "win32";
      }
      return false;
    };
    exports.removeBackslashes = (str) => {
      return str.replace(REGEX_REMOVE_BACKSLASH, (match) => {
        return match === "\\" ? "" : match;
      });
    };
    exports.escapeLast = (input, char, lastIdx) => {
      const idx = input.lastIndexOf(char, lastIdx);
      if (idx === -1) return input;
      if (input[idx - 1] === "\\") return exports.escapeLast(input, char, idx - 1);
      return `${input.slice(0, idx)}\\${input.slice(idx)}`;
    };
    exports.removePrefix = (input, state2 = {}) => {
      let output = input;
      if (output.startsWith("./")) {
        output = output.slice(2);
        state2.prefix = "./";
      }
      return output;
    };
    exports.wrapOutput = (input, state2 = {}, options = {}) => {
      const prepend = options.contains ? "" : "^";
      const append = options.contains ? "" : "$";
      let output = `${prepend}(?:${input})${append}`;
      if (state2.negated === true) {
        output = `(?:^(?!${output}).*$)`;
      }
      return output;
    };
    exports.basename = (path3, { windows } = {}) => {
      const segs = path3.split(windows ? /[\\/]/ : "/");
      const last = segs[segs.length - 1];
      if (last === "") {
        return segs[segs.length - 2];
      }
      return last;
    };
  }
});

// ../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/lib/scan.js
var require_scan = __commonJS({
  "../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/lib/scan.js"(exports, module) {
    "use strict";
    var utils = require_utils();
    var {
      CHAR_ASTERISK,
      /* * */
      CHAR_AT,
      /* @ */
      CHAR_BACKWARD_SLASH,
      /* \ */
      CHAR_COMMA,
      /* , */
      CHAR_DOT,
      /* . */
      CHAR_EXCLAMATION_MARK,
      /* ! */
      CHAR_FORWARD_SLASH,
      /* / */
      CHAR_LEFT_CURLY_BRACE,
      /* { */
      CHAR_LEFT_PARENTHESES,
      /* ( */
      CHAR_LEFT_SQUARE_BRACKET,
      /* [ */
      CHAR_PLUS,
      /* + */
      CHAR_QUESTION_MARK,
      /* ? */
      CHAR_RIGHT_CURLY_BRACE,
      /* } */
      CHAR_RIGHT_PARENTHESES,
      /* ) */
      CHAR_RIGHT_SQUARE_BRACKET
      /* ] */
    } = require_constants();
    var isPathSeparator = (code) => {
      return code === CHAR_FORWARD_SLASH || code === CHAR_BACKWARD_SLASH;
    };
    var depth = (token) => {
      if (token.isPrefix !== true) {
        token.depth = token.isGlobstar ? Infinity : 1;
      }
    };
    var scan = (input, options) => {
      const opts = options || {};
      const length = input.length - 1;
      const scanToEnd = opts.parts === true || opts.tokens === true || opts.scanToEnd === true;
      const slashes = [];
      const tokens = [];
      const parts = [];
      let str = input;
      let index = -1;
      let start = 0;
      let lastIndex = 0;
      let isBrace = false;
      let isBracket = false;
      let isGlob = false;
      let isExtglob = false;
      let isGlobstar = false;
      let braceEscaped = false;
      let backslashes = false;
      let negated = false;
      let negatedExtglob = false;
      let finished = false;
      let braces = 0;
      let prev;
      let code;
      let token = { value: "", depth: 0, isGlob: false };
      const eos = () => index >= length;
      const peek = () => str.charCodeAt(index + 1);
      const advance = () => {
        prev = code;
        return str.charCodeAt(++index);
      };
      while (index < length) {
        code = advance();
        let next;
        if (code === CHAR_BACKWARD_SLASH) {
          backslashes = token.backslashes = true;
          code = advance();
          if (code === CHAR_LEFT_CURLY_BRACE) {
            braceEscaped = true;
          }
          continue;
        }
        if (braceEscaped === true || code === CHAR_LEFT_CURLY_BRACE) {
          braces++;
          while (eos() !== true && (code = advance())) {
            if (code === CHAR_BACKWARD_SLASH) {
              backslashes = token.backslashes = true;
              advance();
              continue;
            }
            if (code === CHAR_LEFT_CURLY_BRACE) {
              braces++;
              continue;
            }
            if (braceEscaped !== true && code === CHAR_DOT && (code = advance()) === CHAR_DOT) {
              isBrace = token.isBrace = true;
              isGlob = token.isGlob = true;
              finished = true;
              if (scanToEnd === true) {
                continue;
              }
              break;
            }
            if (braceEscaped !== true && code === CHAR_COMMA) {
              isBrace = token.isBrace = true;
              isGlob = token.isGlob = true;
              finished = true;
              if (scanToEnd === true) {
                continue;
              }
              break;
            }
            if (code === CHAR_RIGHT_CURLY_BRACE) {
              braces--;
              if (braces === 0) {
                braceEscaped = false;
                isBrace = token.isBrace = true;
                finished = true;
                break;
              }
            }
          }
          if (scanToEnd === true) {
            continue;
          }
          break;
        }
        if (code === CHAR_FORWARD_SLASH) {
          slashes.push(index);
          tokens.push(token);
          token = { value: "", depth: 0, isGlob: false };
          if (finished === true) continue;
          if (prev === CHAR_DOT && index === start + 1) {
            start += 2;
            continue;
          }
          lastIndex = index + 1;
          continue;
        }
        if (opts.noext !== true) {
          const isExtglobChar = code === CHAR_PLUS || code === CHAR_AT || code === CHAR_ASTERISK || code === CHAR_QUESTION_MARK || code === CHAR_EXCLAMATION_MARK;
          if (isExtglobChar === true && peek() === CHAR_LEFT_PARENTHESES) {
            isGlob = token.isGlob = true;
            isExtglob = token.isExtglob = true;
            finished = true;
            if (code === CHAR_EXCLAMATION_MARK && index === start) {
              negatedExtglob = true;
            }
            if (scanToEnd === true) {
              let parens = 0;
              while (eos() !== true && (code = advance())) {
                if (code === CHAR_BACKWARD_SLASH) {
                  backslashes = token.backslashes = true;
                  advance();
                  continue;
                }
                if (code === CHAR_LEFT_PARENTHESES) {
                  parens++;
                  continue;
                }
                if (code === CHAR_RIGHT_PARENTHESES && --parens === 0) {
                  finished = true;
                  break;
                }
              }
              continue;
            }
            break;
          }
        }
        if (code === CHAR_ASTERISK) {
          if (prev === CHAR_ASTERISK) isGlobstar = token.isGlobstar = true;
          isGlob = token.isGlob = true;
          finished = true;
          if (scanToEnd === true) {
            continue;
          }
          break;
        }
        if (code === CHAR_QUESTION_MARK) {
          isGlob = token.isGlob = true;
          finished = true;
          if (scanToEnd === true) {
            continue;
          }
          break;
        }
        if (code === CHAR_LEFT_SQUARE_BRACKET) {
          while (eos() !== true && (next = advance())) {
            if (next === CHAR_BACKWARD_SLASH) {
              backslashes = token.backslashes = true;
              advance();
              continue;
            }
            if (next === CHAR_RIGHT_SQUARE_BRACKET) {
              isBracket = token.isBracket = true;
              isGlob = token.isGlob = true;
              finished = true;
              break;
            }
          }
          if (scanToEnd === true) {
            continue;
          }
          break;
        }
        if (opts.nonegate !== true && code === CHAR_EXCLAMATION_MARK && index === start) {
          negated = token.negated = true;
          start++;
          continue;
        }
        if (opts.noparen !== true && code === CHAR_LEFT_PARENTHESES) {
          isGlob = token.isGlob = true;
          if (scanToEnd === true) {
            let parens = 1;
            while (eos() !== true && (code = advance())) {
              if (code === CHAR_BACKWARD_SLASH) {
                backslashes = token.backslashes = true;
                advance();
                continue;
              }
              if (code === CHAR_LEFT_PARENTHESES) {
                parens++;
                continue;
              }
              if (code === CHAR_RIGHT_PARENTHESES && --parens === 0) {
                finished = true;
                break;
              }
            }
            continue;
          }
          break;
        }
        if (isGlob === true) {
          finished = true;
          if (scanToEnd === true) {
            continue;
          }
          break;
        }
      }
      if (opts.noext === true) {
        isExtglob = false;
        isGlob = false;
      }
      let base = str;
      let prefix = "";
      let glob = "";
      if (start > 0) {
        prefix = str.slice(0, start);
        str = str.slice(start);
        lastIndex -= start;
      }
      if (base && isGlob === true && lastIndex > 0) {
        base = str.slice(0, lastIndex);
        glob = str.slice(lastIndex);
      } else if (isGlob === true) {
        base = "";
        glob = str;
      } else {
        base = str;
      }
      if (base && base !== "" && base !== "/" && base !== str) {
        if (isPathSeparator(base.charCodeAt(base.length - 1))) {
          base = base.slice(0, -1);
        }
      }
      if (opts.unescape === true) {
        if (glob) glob = utils.removeBackslashes(glob);
        if (base && backslashes === true) {
          base = utils.removeBackslashes(base);
        }
      }
      const state2 = {
        prefix,
        input,
        start,
        base,
        glob,
        isBrace,
        isBracket,
        isGlob,
        isExtglob,
        isGlobstar,
        negated,
        negatedExtglob
      };
      if (opts.tokens === true) {
        state2.maxDepth = 0;
        if (!isPathSeparator(code)) {
          tokens.push(token);
        }
        state2.tokens = tokens;
      }
      if (opts.parts === true || opts.tokens === true) {
        let prevIndex;
        for (let idx = 0; idx < slashes.length; idx++) {
          const n2 = prevIndex !== void 0 ? prevIndex + 1 : start;
          const i = slashes[idx];
          const value2 = input.slice(n2, i);
          if (opts.tokens) {
            if (idx === 0 && start !== 0) {
              tokens[idx].isPrefix = true;
              tokens[idx].value = prefix;
            } else {
              tokens[idx].value = value2;
            }
            depth(tokens[idx]);
            state2.maxDepth += tokens[idx].depth;
          }
          if (i >= start) {
            parts.push(value2);
            prevIndex = i;
          }
        }
        const n = prevIndex !== void 0 ? prevIndex + 1 : start;
        const value = input.slice(n);
        parts.push(value);
        if (opts.tokens && prevIndex && prevIndex + 1 < input.length) {
          tokens[tokens.length - 1].value = value;
          depth(tokens[tokens.length - 1]);
          state2.maxDepth += tokens[tokens.length - 1].depth;
        }
        state2.slashes = slashes;
        state2.parts = parts;
      }
      return state2;
    };
    module.exports = scan;
  }
});

// ../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/lib/parse.js
var require_parse = __commonJS({
  "../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/lib/parse.js"(exports, module) {
    "use strict";
    var constants2 = require_constants();
    var utils = require_utils();
    var {
      MAX_LENGTH,
      POSIX_REGEX_SOURCE,
      REGEX_NON_SPECIAL_CHARS,
      REGEX_SPECIAL_CHARS_BACKREF,
      REPLACEMENTS
    } = constants2;
    var expandRange = (args, options) => {
      if (typeof options.expandRange === "function") {
        return options.expandRange(...args, options);
      }
      args.sort();
      const value = `[${args.join("-")}]`;
      try {
        new RegExp(value);
      } catch (ex) {
        return args.map((v) => utils.escapeRegex(v)).join("..");
      }
      return value;
    };
    var syntaxError = (type, char) => {
      return `Missing ${type}: "${char}" - use "\\\\${char}" to match literal characters`;
    };
    var splitTopLevel = (input) => {
      const parts = [];
      let bracket = 0;
      let paren = 0;
      let quote = 0;
      let value = "";
      let escaped = false;
      for (const ch of input) {
        if (escaped === true) {
          value += ch;
          escaped = false;
          continue;
        }
        if (ch === "\\") {
          value += ch;
          escaped = true;
          continue;
        }
        if (ch === '"') {
          quote = quote === 1 ? 0 : 1;
          value += ch;
          continue;
        }
        if (quote === 0) {
          if (ch === "[") {
            bracket++;
          } else if (ch === "]" && bracket > 0) {
            bracket--;
          } else if (bracket === 0) {
            if (ch === "(") {
              paren++;
            } else if (ch === ")" && paren > 0) {
              paren--;
            } else if (ch === "|" && paren === 0) {
              parts.push(value);
              value = "";
              continue;
            }
          }
        }
        value += ch;
      }
      parts.push(value);
      return parts;
    };
    var isPlainBranch = (branch) => {
      let escaped = false;
      for (const ch of branch) {
        if (escaped === true) {
          escaped = false;
          continue;
        }
        if (ch === "\\") {
          escaped = true;
          continue;
        }
        if (/[?*+@!()[\]{}]/.test(ch)) {
          return false;
        }
      }
      return true;
    };
    var normalizeSimpleBranch = (branch) => {
      let value = branch.trim();
      let changed = true;
      while (changed === true) {
        changed = false;
        if (/^@\([^\\()[\]{}|]+\)$/.test(value)) {
          value = value.slice(2, -1);
          changed = true;
        }
      }
      if (!isPlainBranch(value)) {
        return;
      }
      return value.replace(/\\(.)/g, "$1");
    };
    var hasRepeatedCharPrefixOverlap = (branches) => {
      const values = branches.map(normalizeSimpleBranch).filter(Boolean);
      for (let i = 0; i < values.length; i++) {
        for (let j = i + 1; j < values.length; j++) {
          const a = values[i];
          const b = values[j];
          const char = a[0];
          if (!char || a !== char.repeat(a.length) || b !== char.repeat(b.length)) {
            continue;
          }
          if (a === b || a.startsWith(b) || b.startsWith(a)) {
            return true;
          }
        }
      }
      return false;
    };
    var parseRepeatedExtglob = (pattern, requireEnd = true) => {
      if (pattern[0] !== "+" && pattern[0] !== "*" || pattern[1] !== "(") {
        return;
      }
      let bracket = 0;
      let paren = 0;
      let quote = 0;
      let escaped = false;
      for (let i = 1; i < pattern.length; i++) {
        const ch = pattern[i];
        if (escaped === true) {
          escaped = false;
          continue;
        }
        if (ch === "\\") {
          escaped = true;
          continue;
        }
        if (ch === '"') {
          quote = quote === 1 ? 0 : 1;
          continue;
        }
        if (quote === 1) {
          continue;
        }
        if (ch === "[") {
          bracket++;
          continue;
        }
        if (ch === "]" && bracket > 0) {
          bracket--;
          continue;
        }
        if (bracket > 0) {
          continue;
        }
        if (ch === "(") {
          paren++;
          continue;
        }
        if (ch === ")") {
          paren--;
          if (paren === 0) {
            if (requireEnd === true && i !== pattern.length - 1) {
              return;
            }
            return {
              type: pattern[0],
              body: pattern.slice(2, i),
              end: i
            };
          }
        }
      }
    };
    var buildCharClassStar = (chars) => {
      const source = chars.length === 1 ? utils.escapeRegex(chars[0]) : `[${chars.map((ch) => utils.escapeRegex(ch)).join("")}]`;
      return `${source}*`;
    };
    var getStarExtglobSequenceChars = (pattern) => {
      let index = 0;
      const chars = [];
      while (index < pattern.length) {
        const match = parseRepeatedExtglob(pattern.slice(index), false);
        if (!match || match.type !== "*") {
          return;
        }
        const branches = splitTopLevel(match.body).map((branch2) => branch2.trim());
        if (branches.length !== 1) {
          return;
        }
        const branch = normalizeSimpleBranch(branches[0]);
        if (!branch || branch.length !== 1) {
          return;
        }
        chars.push(branch);
        index += match.end + 1;
      }
      if (chars.length < 1) {
        return;
      }
      return chars;
    };
    var repeatedExtglobRecursion = (pattern) => {
      let depth = 0;
      let value = pattern.trim();
      let match = parseRepeatedExtglob(value);
      while (match) {
        depth++;
        value = match.body.trim();
        match = parseRepeatedExtglob(value);
      }
      return depth;
    };
    var analyzeRepeatedExtglob = (body, options) => {
      if (options.maxExtglobRecursion === false) {
        return { risky: false };
      }
      const max = typeof options.maxExtglobRecursion === "number" ? options.maxExtglobRecursion : constants2.DEFAULT_MAX_EXTGLOB_RECURSION;
      const branches = splitTopLevel(body).map((branch) => branch.trim());
      if (branches.length > 1) {
        if (branches.some((branch) => branch === "") || branches.some((branch) => /^[*?]+$/.test(branch)) || hasRepeatedCharPrefixOverlap(branches)) {
          return { risky: true };
        }
      }
      const safeChars = [];
      let sawStarSequence = false;
      let combinable = true;
      for (const branch of branches) {
        const chars = getStarExtglobSequenceChars(branch);
        if (chars) {
          sawStarSequence = true;
          safeChars.push(...chars);
          continue;
        }
        const literal = normalizeSimpleBranch(branch);
        if (literal && literal.length === 1) {
          safeChars.push(literal);
          continue;
        }
        combinable = false;
        if (repeatedExtglobRecursion(branch) > max) {
          return { risky: true };
        }
      }
      if (sawStarSequence) {
        return combinable ? { risky: true, safeOutput: buildCharClassStar([...new Set(safeChars)]) } : { risky: true };
      }
      return { risky: false };
    };
    var parse = (input, options) => {
      if (typeof input !== "string") {
        throw new TypeError("Expected a string");
      }
      input = REPLACEMENTS[input] || input;
      const opts = { ...options };
      const max = typeof opts.maxLength === "number" ? Math.min(MAX_LENGTH, opts.maxLength) : MAX_LENGTH;
      let len = input.length;
      if (len > max) {
        throw new SyntaxError(`Input length: ${len}, exceeds maximum allowed length: ${max}`);
      }
      const bos = { type: "bos", value: "", output: opts.prepend || "" };
      const tokens = [bos];
      const capture = opts.capture ? "" : "?:";
      const PLATFORM_CHARS = constants2.globChars(opts.windows);
      const EXTGLOB_CHARS = constants2.extglobChars(PLATFORM_CHARS);
      const {
        DOT_LITERAL,
        PLUS_LITERAL,
        SLASH_LITERAL,
        ONE_CHAR,
        DOTS_SLASH,
        NO_DOT,
        NO_DOT_SLASH,
        NO_DOTS_SLASH,
        QMARK,
        QMARK_NO_DOT,
        STAR,
        START_ANCHOR
      } = PLATFORM_CHARS;
      const globstar = (opts2) => {
        return `(${capture}(?:(?!${START_ANCHOR}${opts2.dot ? DOTS_SLASH : DOT_LITERAL}).)*?)`;
      };
      const nodot = opts.dot ? "" : NO_DOT;
      const qmarkNoDot = opts.dot ? QMARK : QMARK_NO_DOT;
      let star = opts.bash === true ? globstar(opts) : STAR;
      if (opts.capture) {
        star = `(${star})`;
      }
      if (typeof opts.noext === "boolean") {
        opts.noextglob = opts.noext;
      }
      const state2 = {
        input,
        index: -1,
        start: 0,
        dot: opts.dot === true,
        consumed: "",
        output: "",
        prefix: "",
        backtrack: false,
        negated: false,
        brackets: 0,
        braces: 0,
        parens: 0,
        quotes: 0,
        globstar: false,
        tokens
      };
      input = utils.removePrefix(input, state2);
      len = input.length;
      const extglobs = [];
      const braces = [];
      const stack = [];
      let prev = bos;
      let value;
      const eos = () => state2.index === len - 1;
      const peek = state2.peek = (n = 1) => input[state2.index + n];
      const advance = state2.advance = () => input[++state2.index] || "";
      const remaining = () => input.slice(state2.index + 1);
      const consume = (value2 = "", num = 0) => {
        state2.consumed += value2;
        state2.index += num;
      };
      const append = (token) => {
        state2.output += token.output != null ? token.output : token.value;
        consume(token.value);
      };
      const negate = () => {
        let count2 = 1;
        while (peek() === "!" && (peek(2) !== "(" || peek(3) === "?")) {
          advance();
          state2.start++;
          count2++;
        }
        if (count2 % 2 === 0) {
          return false;
        }
        state2.negated = true;
        state2.start++;
        return true;
      };
      const increment = (type) => {
        state2[type]++;
        stack.push(type);
      };
      const decrement = (type) => {
        state2[type]--;
        stack.pop();
      };
      const push = (tok) => {
        if (prev.type === "globstar") {
          const isBrace = state2.braces > 0 && (tok.type === "comma" || tok.type === "brace");
          const isExtglob = tok.extglob === true || extglobs.length && (tok.type === "pipe" || tok.type === "paren");
          if (tok.type !== "slash" && tok.type !== "paren" && !isBrace && !isExtglob) {
            state2.output = state2.output.slice(0, -prev.output.length);
            prev.type = "star";
            prev.value = "*";
            prev.output = star;
            state2.output += prev.output;
          }
        }
        if (extglobs.length && tok.type !== "paren") {
          extglobs[extglobs.length - 1].inner += tok.value;
        }
        if (tok.value || tok.output) append(tok);
        if (prev && prev.type === "text" && tok.type === "text") {
          prev.output = (prev.output || prev.value) + tok.value;
          prev.value += tok.value;
          return;
        }
        tok.prev = prev;
        tokens.push(tok);
        prev = tok;
      };
      const extglobOpen = (type, value2) => {
        const token = { ...EXTGLOB_CHARS[value2], conditions: 1, inner: "" };
        token.prev = prev;
        token.parens = state2.parens;
        token.output = state2.output;
        token.startIndex = state2.index;
        token.tokensIndex = tokens.length;
        const output = (opts.capture ? "(" : "") + token.open;
        increment("parens");
        push({ type, value: value2, output: state2.output ? "" : ONE_CHAR });
        push({ type: "paren", extglob: true, value: advance(), output });
        extglobs.push(token);
      };
      const extglobClose = (token) => {
        const literal = input.slice(token.startIndex, state2.index + 1);
        const body = input.slice(token.startIndex + 2, state2.index);
        const analysis = analyzeRepeatedExtglob(body, opts);
        if ((token.type === "plus" || token.type === "star") && analysis.risky) {
          const safeOutput = analysis.safeOutput ? (token.output ? "" : ONE_CHAR) + (opts.capture ? `(${analysis.safeOutput})` : analysis.safeOutput) : void 0;
          const open = tokens[token.tokensIndex];
          open.type = "text";
          open.value = literal;
          open.output = safeOutput || utils.escapeRegex(literal);
          for (let i = token.tokensIndex + 1; i < tokens.length; i++) {
            tokens[i].value = "";
            tokens[i].output = "";
            delete tokens[i].suffix;
          }
          state2.output = token.output + open.output;
          state2.backtrack = true;
          push({ type: "paren", extglob: true, value, output: "" });
          decrement("parens");
          return;
        }
        let output = token.close + (opts.capture ? ")" : "");
        let rest;
        if (token.type === "negate") {
          let extglobStar = star;
          if (token.inner && token.inner.length > 1 && token.inner.includes("/")) {
            extglobStar = globstar(opts);
          }
          if (extglobStar !== star || eos() || /^\)+$/.test(remaining())) {
            output = token.close = `)$))${extglobStar}`;
          }
          if (token.inner.includes("*") && (rest = remaining()) && /^\.[^\\/.]+$/.test(rest)) {
            const expression = parse(rest, { ...options, fastpaths: false }).output;
            output = token.close = `)${expression})${extglobStar})`;
          }
          if (token.prev.type === "bos") {
            state2.negatedExtglob = true;
          }
        }
        push({ type: "paren", extglob: true, value, output });
        decrement("parens");
      };
      if (opts.fastpaths !== false && !/(^[*!]|[/()[\]{}"])/.test(input)) {
        let backslashes = false;
        let output = input.replace(REGEX_SPECIAL_CHARS_BACKREF, (m, esc, chars, first, rest, index) => {
          if (first === "\\") {
            backslashes = true;
            return m;
          }
          if (first === "?") {
            if (esc) {
              return esc + first + (rest ? QMARK.repeat(rest.length) : "");
            }
            if (index === 0) {
              return qmarkNoDot + (rest ? QMARK.repeat(rest.length) : "");
            }
            return QMARK.repeat(chars.length);
          }
          if (first === ".") {
            return DOT_LITERAL.repeat(chars.length);
          }
          if (first === "*") {
            if (esc) {
              return esc + first + (rest ? star : "");
            }
            return star;
          }
          return esc ? m : `\\${m}`;
        });
        if (backslashes === true) {
          if (opts.unescape === true) {
            output = output.replace(/\\/g, "");
          } else {
            output = output.replace(/\\+/g, (m) => {
              return m.length % 2 === 0 ? "\\\\" : m ? "\\" : "";
            });
          }
        }
        if (output === input && opts.contains === true) {
          state2.output = input;
          return state2;
        }
        state2.output = utils.wrapOutput(output, state2, options);
        return state2;
      }
      while (!eos()) {
        value = advance();
        if (value === "\0") {
          continue;
        }
        if (value === "\\") {
          const next = peek();
          if (next === "/" && opts.bash !== true) {
            continue;
          }
          if (next === "." || next === ";") {
            continue;
          }
          if (!next) {
            value += "\\";
            push({ type: "text", value });
            continue;
          }
          const match = /^\\+/.exec(remaining());
          let slashes = 0;
          if (match && match[0].length > 2) {
            slashes = match[0].length;
            state2.index += slashes;
            if (slashes % 2 !== 0) {
              value += "\\";
            }
          }
          if (opts.unescape === true) {
            value = advance();
          } else {
            value += advance();
          }
          if (state2.brackets === 0) {
            push({ type: "text", value });
            continue;
          }
        }
        if (state2.brackets > 0 && (value !== "]" || prev.value === "[" || prev.value === "[^")) {
          if (opts.posix !== false && value === ":") {
            const inner = prev.value.slice(1);
            if (inner.includes("[")) {
              prev.posix = true;
              if (inner.includes(":")) {
                const idx = prev.value.lastIndexOf("[");
                const pre = prev.value.slice(0, idx);
                const rest2 = prev.value.slice(idx + 2);
                const posix = POSIX_REGEX_SOURCE[rest2];
                if (posix) {
                  prev.value = pre + posix;
                  state2.backtrack = true;
                  advance();
                  if (!bos.output && tokens.indexOf(prev) === 1) {
                    bos.output = ONE_CHAR;
                  }
                  continue;
                }
              }
            }
          }
          if (value === "[" && peek() !== ":" || value === "-" && peek() === "]") {
            value = `\\${value}`;
          }
          if (value === "]" && (prev.value === "[" || prev.value === "[^")) {
            value = `\\${value}`;
          }
          if (opts.posix === true && value === "!" && prev.value === "[") {
            value = "^";
          }
          prev.value += value;
          append({ value });
          continue;
        }
        if (state2.quotes === 1 && value !== '"') {
          value = utils.escapeRegex(value);
          prev.value += value;
          append({ value });
          continue;
        }
        if (value === '"') {
          state2.quotes = state2.quotes === 1 ? 0 : 1;
          if (opts.keepQuotes === true) {
            push({ type: "text", value });
          }
          continue;
        }
        if (value === "(") {
          increment("parens");
          push({ type: "paren", value });
          continue;
        }
        if (value === ")") {
          if (state2.parens === 0 && opts.strictBrackets === true) {
            throw new SyntaxError(syntaxError("opening", "("));
          }
          const extglob = extglobs[extglobs.length - 1];
          if (extglob && state2.parens === extglob.parens + 1) {
            extglobClose(extglobs.pop());
            continue;
          }
          push({ type: "paren", value, output: state2.parens ? ")" : "\\)" });
          decrement("parens");
          continue;
        }
        if (value === "[") {
          if (opts.nobracket === true || !remaining().includes("]")) {
            if (opts.nobracket !== true && opts.strictBrackets === true) {
              throw new SyntaxError(syntaxError("closing", "]"));
            }
            value = `\\${value}`;
          } else {
            increment("brackets");
          }
          push({ type: "bracket", value });
          continue;
        }
        if (value === "]") {
          if (opts.nobracket === true || prev && prev.type === "bracket" && prev.value.length === 1) {
            push({ type: "text", value, output: `\\${value}` });
            continue;
          }
          if (state2.brackets === 0) {
            if (opts.strictBrackets === true) {
              throw new SyntaxError(syntaxError("opening", "["));
            }
            push({ type: "text", value, output: `\\${value}` });
            continue;
          }
          decrement("brackets");
          const prevValue = prev.value.slice(1);
          if (prev.posix !== true && prevValue[0] === "^" && !prevValue.includes("/")) {
            value = `/${value}`;
          }
          prev.value += value;
          append({ value });
          if (opts.literalBrackets === false || utils.hasRegexChars(prevValue)) {
            continue;
          }
          const escaped = utils.escapeRegex(prev.value);
          state2.output = state2.output.slice(0, -prev.value.length);
          if (opts.literalBrackets === true) {
            state2.output += escaped;
            prev.value = escaped;
            continue;
          }
          prev.value = `(${capture}${escaped}|${prev.value})`;
          state2.output += prev.value;
          continue;
        }
        if (value === "{" && opts.nobrace !== true) {
          increment("braces");
          const open = {
            type: "brace",
            value,
            output: "(",
            outputIndex: state2.output.length,
            tokensIndex: state2.tokens.length
          };
          braces.push(open);
          push(open);
          continue;
        }
        if (value === "}") {
          const brace = braces[braces.length - 1];
          if (opts.nobrace === true || !brace) {
            push({ type: "text", value, output: value });
            continue;
          }
          let output = ")";
          if (brace.dots === true) {
            const arr = tokens.slice();
            const range = [];
            for (let i = arr.length - 1; i >= 0; i--) {
              tokens.pop();
              if (arr[i].type === "brace") {
                break;
              }
              if (arr[i].type !== "dots") {
                range.unshift(arr[i].value);
              }
            }
            output = expandRange(range, opts);
            state2.backtrack = true;
          }
          if (brace.comma !== true && brace.dots !== true) {
            const out = state2.output.slice(0, brace.outputIndex);
            const toks = state2.tokens.slice(brace.tokensIndex);
            brace.value = brace.output = "\\{";
            value = output = "\\}";
            state2.output = out;
            for (const t of toks) {
              state2.output += t.output || t.value;
            }
          }
          push({ type: "brace", value, output });
          decrement("braces");
          braces.pop();
          continue;
        }
        if (value === "|") {
          if (extglobs.length > 0) {
            extglobs[extglobs.length - 1].conditions++;
          }
          push({ type: "text", value });
          continue;
        }
        if (value === ",") {
          let output = value;
          const brace = braces[braces.length - 1];
          if (brace && stack[stack.length - 1] === "braces") {
            brace.comma = true;
            output = "|";
          }
          push({ type: "comma", value, output });
          continue;
        }
        if (value === "/") {
          if (prev.type === "dot" && state2.index === state2.start + 1) {
            state2.start = state2.index + 1;
            state2.consumed = "";
            state2.output = "";
            tokens.pop();
            prev = bos;
            continue;
          }
          push({ type: "slash", value, output: SLASH_LITERAL });
          continue;
        }
        if (value === ".") {
          if (state2.braces > 0 && prev.type === "dot") {
            if (prev.value === ".") prev.output = DOT_LITERAL;
            const brace = braces[braces.length - 1];
            prev.type = "dots";
            prev.output += value;
            prev.value += value;
            brace.dots = true;
            continue;
          }
          if (state2.braces + state2.parens === 0 && prev.type !== "bos" && prev.type !== "slash") {
            push({ type: "text", value, output: DOT_LITERAL });
            continue;
          }
          push({ type: "dot", value, output: DOT_LITERAL });
          continue;
        }
        if (value === "?") {
          const isGroup = prev && prev.value === "(";
          if (!isGroup && opts.noextglob !== true && peek() === "(" && peek(2) !== "?") {
            extglobOpen("qmark", value);
            continue;
          }
          if (prev && prev.type === "paren") {
            const next = peek();
            let output = value;
            if (prev.value === "(" && !/[!=<:]/.test(next) || next === "<" && !/<([!=]|\w+>)/.test(remaining())) {
              output = `\\${value}`;
            }
            push({ type: "text", value, output });
            continue;
          }
          if (opts.dot !== true && (prev.type === "slash" || prev.type === "bos")) {
            push({ type: "qmark", value, output: QMARK_NO_DOT });
            continue;
          }
          push({ type: "qmark", value, output: QMARK });
          continue;
        }
        if (value === "!") {
          if (opts.noextglob !== true && peek() === "(") {
            if (peek(2) !== "?" || !/[!=<:]/.test(peek(3))) {
              extglobOpen("negate", value);
              continue;
            }
          }
          if (opts.nonegate !== true && state2.index === 0) {
            negate();
            continue;
          }
        }
        if (value === "+") {
          if (opts.noextglob !== true && peek() === "(" && peek(2) !== "?") {
            extglobOpen("plus", value);
            continue;
          }
          if (prev && prev.value === "(" || opts.regex === false) {
            push({ type: "plus", value, output: PLUS_LITERAL });
            continue;
          }
          if (prev && (prev.type === "bracket" || prev.type === "paren" || prev.type === "brace") || state2.parens > 0) {
            push({ type: "plus", value });
            continue;
          }
          push({ type: "plus", value: PLUS_LITERAL });
          continue;
        }
        if (value === "@") {
          if (opts.noextglob !== true && peek() === "(" && peek(2) !== "?") {
            push({ type: "at", extglob: true, value, output: "" });
            continue;
          }
          push({ type: "text", value });
          continue;
        }
        if (value !== "*") {
          if (value === "$" || value === "^") {
            value = `\\${value}`;
          }
          const match = REGEX_NON_SPECIAL_CHARS.exec(remaining());
          if (match) {
            value += match[0];
            state2.index += match[0].length;
          }
          push({ type: "text", value });
          continue;
        }
        if (prev && (prev.type === "globstar" || prev.star === true)) {
          prev.type = "star";
          prev.star = true;
          prev.value += value;
          prev.output = star;
          state2.backtrack = true;
          state2.globstar = true;
          consume(value);
          continue;
        }
        let rest = remaining();
        if (opts.noextglob !== true && /^\([^?]/.test(rest)) {
          extglobOpen("star", value);
          continue;
        }
        if (prev.type === "star") {
          if (opts.noglobstar === true) {
            consume(value);
            continue;
          }
          const prior = prev.prev;
          const before = prior.prev;
          const isStart = prior.type === "slash" || prior.type === "bos";
          const afterStar = before && (before.type === "star" || before.type === "globstar");
          if (opts.bash === true && (!isStart || rest[0] && rest[0] !== "/")) {
            push({ type: "star", value, output: "" });
            continue;
          }
          const isBrace = state2.braces > 0 && (prior.type === "comma" || prior.type === "brace");
          const isExtglob = extglobs.length && (prior.type === "pipe" || prior.type === "paren");
          if (!isStart && prior.type !== "paren" && !isBrace && !isExtglob) {
            push({ type: "star", value, output: "" });
            continue;
          }
          while (rest.slice(0, 3) === "/**") {
            const after = input[state2.index + 4];
            if (after && after !== "/") {
              break;
            }
            rest = rest.slice(3);
            consume("/**", 3);
          }
          const isEnd = eos() || state2.parens > 0 && rest === ")".repeat(state2.parens) && !extglobs.some((extglob) => extglob.type === "negate");
          if (prior.type === "bos" && eos()) {
            prev.type = "globstar";
            prev.value += value;
            prev.output = globstar(opts);
            state2.output = prev.output;
            state2.globstar = true;
            consume(value);
            continue;
          }
          if (prior.type === "slash" && prior.prev.type !== "bos" && !afterStar && isEnd) {
            state2.output = state2.output.slice(0, -(prior.output + prev.output).length);
            prior.output = `(?:${prior.output}`;
            prev.type = "globstar";
            prev.output = globstar(opts) + (opts.strictSlashes ? ")" : "|$)");
            prev.value += value;
            state2.globstar = true;
            state2.output += prior.output + prev.output;
            consume(value);
            continue;
          }
          if (prior.type === "slash" && prior.prev.type !== "bos" && rest[0] === "/") {
            const end = rest[1] !== void 0 ? "|$" : "";
            state2.output = state2.output.slice(0, -(prior.output + prev.output).length);
            prior.output = `(?:${prior.output}`;
            prev.type = "globstar";
            prev.output = `${globstar(opts)}${SLASH_LITERAL}|${SLASH_LITERAL}${end})`;
            prev.value += value;
            state2.output += prior.output + prev.output;
            state2.globstar = true;
            consume(value + advance());
            push({ type: "slash", value: "/", output: "" });
            continue;
          }
          if (prior.type === "bos" && rest[0] === "/") {
            prev.type = "globstar";
            prev.value += value;
            prev.output = `(?:^|${SLASH_LITERAL}|${globstar(opts)}${SLASH_LITERAL})`;
            state2.output = prev.output;
            state2.globstar = true;
            consume(value + advance());
            push({ type: "slash", value: "/", output: "" });
            continue;
          }
          state2.output = state2.output.slice(0, -prev.output.length);
          prev.type = "globstar";
          prev.output = globstar(opts);
          prev.value += value;
          state2.output += prev.output;
          state2.globstar = true;
          consume(value);
          continue;
        }
        const token = { type: "star", value, output: star };
        if (opts.bash === true) {
          token.output = ".*?";
          if (prev.type === "bos" || prev.type === "slash") {
            token.output = nodot + token.output;
          }
          push(token);
          continue;
        }
        if (prev && (prev.type === "bracket" || prev.type === "paren") && opts.regex === true) {
          token.output = value;
          push(token);
          continue;
        }
        if (state2.index === state2.start || prev.type === "slash" || prev.type === "dot") {
          if (prev.type === "dot") {
            state2.output += NO_DOT_SLASH;
            prev.output += NO_DOT_SLASH;
          } else if (opts.dot === true) {
            state2.output += NO_DOTS_SLASH;
            prev.output += NO_DOTS_SLASH;
          } else {
            state2.output += nodot;
            prev.output += nodot;
          }
          if (peek() !== "*") {
            state2.output += ONE_CHAR;
            prev.output += ONE_CHAR;
          }
        }
        push(token);
      }
      while (state2.brackets > 0) {
        if (opts.strictBrackets === true) throw new SyntaxError(syntaxError("closing", "]"));
        state2.output = utils.escapeLast(state2.output, "[");
        decrement("brackets");
      }
      while (state2.parens > 0) {
        if (opts.strictBrackets === true) throw new SyntaxError(syntaxError("closing", ")"));
        state2.output = utils.escapeLast(state2.output, "(");
        decrement("parens");
      }
      while (state2.braces > 0) {
        if (opts.strictBrackets === true) throw new SyntaxError(syntaxError("closing", "}"));
        state2.output = utils.escapeLast(state2.output, "{");
        decrement("braces");
      }
      if (opts.strictSlashes !== true && (prev.type === "star" || prev.type === "bracket")) {
        push({ type: "maybe_slash", value: "", output: `${SLASH_LITERAL}?` });
      }
      if (state2.backtrack === true) {
        state2.output = "";
        for (const token of state2.tokens) {
          state2.output += token.output != null ? token.output : token.value;
          if (token.suffix) {
            state2.output += token.suffix;
          }
        }
      }
      return state2;
    };
    parse.fastpaths = (input, options) => {
      const opts = { ...options };
      const max = typeof opts.maxLength === "number" ? Math.min(MAX_LENGTH, opts.maxLength) : MAX_LENGTH;
      const len = input.length;
      if (len > max) {
        throw new SyntaxError(`Input length: ${len}, exceeds maximum allowed length: ${max}`);
      }
      input = REPLACEMENTS[input] || input;
      const {
        DOT_LITERAL,
        SLASH_LITERAL,
        ONE_CHAR,
        DOTS_SLASH,
        NO_DOT,
        NO_DOTS,
        NO_DOTS_SLASH,
        STAR,
        START_ANCHOR
      } = constants2.globChars(opts.windows);
      const nodot = opts.dot ? NO_DOTS : NO_DOT;
      const slashDot = opts.dot ? NO_DOTS_SLASH : NO_DOT;
      const capture = opts.capture ? "" : "?:";
      const state2 = { negated: false, prefix: "" };
      let star = opts.bash === true ? ".*?" : STAR;
      if (opts.capture) {
        star = `(${star})`;
      }
      const globstar = (opts2) => {
        if (opts2.noglobstar === true) return star;
        return `(${capture}(?:(?!${START_ANCHOR}${opts2.dot ? DOTS_SLASH : DOT_LITERAL}).)*?)`;
      };
      const create = (str) => {
        switch (str) {
          case "*":
            return `${nodot}${ONE_CHAR}${star}`;
          case ".*":
            return `${DOT_LITERAL}${ONE_CHAR}${star}`;
          case "*.*":
            return `${nodot}${star}${DOT_LITERAL}${ONE_CHAR}${star}`;
          case "*/*":
            return `${nodot}${star}${SLASH_LITERAL}${ONE_CHAR}${slashDot}${star}`;
          case "**":
            return nodot + globstar(opts);
          case "**/*":
            return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${slashDot}${ONE_CHAR}${star}`;
          case "**/*.*":
            return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${slashDot}${star}${DOT_LITERAL}${ONE_CHAR}${star}`;
          case "**/.*":
            return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${DOT_LITERAL}${ONE_CHAR}${star}`;
          default: {
            const match = /^(.*?)\.(\w+)$/.exec(str);
            if (!match) return;
            const source2 = create(match[1]);
            if (!source2) return;
            return source2 + DOT_LITERAL + match[2];
          }
        }
      };
      const output = utils.removePrefix(input, state2);
      let source = create(output);
      if (source && opts.strictSlashes !== true) {
        source += `${SLASH_LITERAL}?`;
      }
      return source;
    };
    module.exports = parse;
  }
});

// ../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/lib/picomatch.js
var require_picomatch = __commonJS({
  "../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/lib/picomatch.js"(exports, module) {
    "use strict";
    var scan = require_scan();
    var parse = require_parse();
    var utils = require_utils();
    var constants2 = require_constants();
    var isObject = (val) => val && typeof val === "object" && !Array.isArray(val);
    var picomatch2 = (glob, options, returnState = false) => {
      if (Array.isArray(glob)) {
        const fns = glob.map((input) => picomatch2(input, options, returnState));
        const arrayMatcher = (str) => {
          for (const isMatch of fns) {
            const state3 = isMatch(str);
            if (state3) return state3;
          }
          return false;
        };
        return arrayMatcher;
      }
      const isState = isObject(glob) && glob.tokens && glob.input;
      if (glob === "" || typeof glob !== "string" && !isState) {
        throw new TypeError("Expected pattern to be a non-empty string");
      }
      const opts = options || {};
      const posix = opts.windows;
      const regex = isState ? picomatch2.compileRe(glob, options) : picomatch2.makeRe(glob, options, false, true);
      const state2 = regex.state;
      delete regex.state;
      let isIgnored = () => false;
      if (opts.ignore) {
        const ignoreOpts = { ...options, ignore: null, onMatch: null, onResult: null };
        isIgnored = picomatch2(opts.ignore, ignoreOpts, returnState);
      }
      const matcher = (input, returnObject = false) => {
        const { isMatch, match, output } = picomatch2.test(input, regex, options, { glob, posix });
        const result = { glob, state: state2, regex, posix, input, output, match, isMatch };
        if (typeof opts.onResult === "function") {
          opts.onResult(result);
        }
        if (isMatch === false) {
          result.isMatch = false;
          return returnObject ? result : false;
        }
        if (isIgnored(input)) {
          if (typeof opts.onIgnore === "function") {
            opts.onIgnore(result);
          }
          result.isMatch = false;
          return returnObject ? result : false;
        }
        if (typeof opts.onMatch === "function") {
          opts.onMatch(result);
        }
        return returnObject ? result : true;
      };
      if (returnState) {
        matcher.state = state2;
      }
      return matcher;
    };
    picomatch2.test = (input, regex, options, { glob, posix } = {}) => {
      if (typeof input !== "string") {
        throw new TypeError("Expected input to be a string");
      }
      if (input === "") {
        return { isMatch: false, output: "" };
      }
      const opts = options || {};
      const format = opts.format || (posix ? utils.toPosixSlashes : null);
      let match = input === glob;
      let output = match && format ? format(input) : input;
      if (match === false) {
        output = format ? format(input) : input;
        match = output === glob;
      }
      if (match === false || opts.capture === true) {
        if (opts.matchBase === true || opts.basename === true) {
          match = picomatch2.matchBase(input, regex, options, posix);
        } else {
          match = regex.exec(output);
        }
      }
      return { isMatch: Boolean(match), match, output };
    };
    picomatch2.matchBase = (input, glob, options, posix = options && options.windows) => {
      const regex = glob instanceof RegExp ? glob : picomatch2.makeRe(glob, options);
      return regex.test(utils.basename(input, { windows: posix }));
    };
    picomatch2.isMatch = (str, patterns, options) => picomatch2(patterns, options)(str);
    picomatch2.parse = (pattern, options) => {
      if (Array.isArray(pattern)) return pattern.map((p) => picomatch2.parse(p, options));
      return parse(pattern, { ...options, fastpaths: false });
    };
    picomatch2.scan = (input, options) => scan(input, options);
    picomatch2.compileRe = (state2, options, returnOutput = false, returnState = false) => {
      if (returnOutput === true) {
        return state2.output;
      }
      const opts = options || {};
      const prepend = opts.contains ? "" : "^";
      const append = opts.contains ? "" : "$";
      let source = `${prepend}(?:${state2.output})${append}`;
      if (state2 && state2.negated === true) {
        source = `^(?!${source}).*$`;
      }
      const regex = picomatch2.toRegex(source, options);
      if (returnState === true) {
        regex.state = state2;
      }
      return regex;
    };
    picomatch2.makeRe = (input, options = {}, returnOutput = false, returnState = false) => {
      if (!input || typeof input !== "string") {
        throw new TypeError("Expected a non-empty string");
      }
      let parsed = { negated: false, fastpaths: true };
      if (options.fastpaths !== false && (input[0] === "." || input[0] === "*")) {
        parsed.output = parse.fastpaths(input, options);
      }
      if (!parsed.output) {
        parsed = parse(input, options);
      }
      return picomatch2.compileRe(parsed, options, returnOutput, returnState);
    };
    picomatch2.toRegex = (source, options) => {
      try {
        const opts = options || {};
        return new RegExp(source, opts.flags || (opts.nocase ? "i" : ""));
      } catch (err) {
        if (options && options.debug === true) throw err;
        return /$^/;
      }
    };
    picomatch2.constants = constants2;
    module.exports = picomatch2;
  }
});

// ../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/index.js
var require_picomatch2 = __commonJS({
  "../../node_modules/.pnpm/picomatch@4.0.7/node_modules/picomatch/index.js"(exports, module) {
    "use strict";
    var pico = require_picomatch();
    var utils = require_utils();
    function picomatch2(glob, options, returnState = false) {
      if (options && (options.windows === null || options.windows === void 0)) {
        options = { ...options, windows: utils.isWindows() };
      }
      return pico(glob, options, returnState);
    }
    Object.assign(picomatch2, pico);
    module.exports = picomatch2;
  }
});

// ../../packages/engine/dist/errors.js
var EngineError = class extends Error {
  name = "EngineError";
  code;
  /** What to do about it, in one sentence. */
  hint;
  /** The places in files that are wrong, where there are any. */
  problems;
  constructor(code, message, details) {
    super(message, details.cause === void 0 ? void 0 : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.problems = details.problems ?? [];
  }
};

// ../../packages/engine/dist/run/durations.js
import path2 from "node:path";

// ../../packages/profiler/dist/append-history.js
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
var DEFAULT_HISTORY_KEEP = 500;
var NEWLINE = 10;
var CHUNK_BYTES = 1 << 18;
var ABANDONED_MS = 6e4;
var MAX_ATTEMPTS = 10;
var slackFor = (keep) => Math.max(16, Math.ceil(keep / 10));
var hasCode = (error, code) => error instanceof Error && "code" in error && error.code === code;
function openCreating(file) {
  try {
    return openSync(file, "a+");
  } catch (error) {
    if (!hasCode(error, "ENOENT"))
      throw error;
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, "a+");
  }
}
function writeAll(fd, data) {
  for (let written = 0; written < data.length; )
    written += writeSync(fd, data, written);
}
function readFrom(fd, offset) {
  const chunks = [];
  for (let position = offset; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = readSync(fd, chunk, 0, chunk.length, position);
    if (length === 0)
      return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
    position += length;
  }
}
function countLines(fd) {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let lines = 0;
  for (let position = 0; ; ) {
    const length = readSync(fd, chunk, 0, chunk.length, position);
    if (length === 0)
      return lines;
    const part = chunk.subarray(0, length);
    for (let at = part.indexOf(NEWLINE); at !== -1; at = part.indexOf(NEWLINE, at + 1))
      lines += 1;
    position += length;
  }
}
function isSameFile(file, fd) {
  const there = statSync(file, { throwIfNoEntry: false });
  const here = fstatSync(fd);
  return there !== void 0 && there.ino === here.ino && there.dev === here.dev;
}
function isJsonLine(line) {
  if (!line.startsWith("{"))
    return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
function lastGoodLines(content, keep) {
  const lines = content.toString("utf8").split("\n");
  const kept = [];
  for (let index = lines.length - 1; index >= 0 && kept.length < keep; index -= 1) {
    const line = lines[index];
    if (isJsonLine(line))
      kept.push(`${line}
`);
  }
  return kept.toReversed().join("");
}
function rewrite(file, fd, keep, now) {
  const temporary = `${file}.rewrite`;
  let target;
  try {
    target = openSync(temporary, "ax");
  } catch (error) {
    if (!hasCode(error, "EEXIST"))
      throw error;
    const other = statSync(temporary, { throwIfNoEntry: false });
    if (other !== void 0 && now() - other.mtimeMs > ABANDONED_MS)
      rmSync(temporary, { force: true });
    return;
  }
  let renamed = false;
  try {
    const content = readFrom(fd, 0);
    let position = content.length;
    const carryOver = () => {
      const more = readFrom(fd, position);
      writeAll(target, more);
      position += more.length;
    };
    writeAll(target, Buffer.from(lastGoodLines(content, keep)));
    carryOver();
    if (isSameFile(file, fd) && isSameFile(temporary, target)) {
      renameSync(temporary, file);
      renamed = true;
      carryOver();
    }
  } finally {
    closeSync(target);
    if (!renamed)
      rmSync(temporary, { force: true });
  }
}
function appendHistory(file, line, options = {}) {
  const keep = options.keep ?? DEFAULT_HISTORY_KEEP;
  if (line === "" || line.includes("\n")) {
    throw new TypeError("Cannot append to history: `line` must be one line of text without its line end");
  }
  if (!Number.isInteger(keep) || keep < 1) {
    throw new RangeError(`Cannot append to history: \`keep\` must be a positive integer, got ${keep}`);
  }
  const bytes = Buffer.from(`${line}
`);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const fd = openCreating(file);
    try {
      if (attempt === 0 || !readFileSync(file).includes(bytes)) {
        writeAll(fd, endsInsideLine(fd) ? Buffer.concat([Buffer.of(NEWLINE), bytes]) : bytes);
      }
      if (!isSameFile(file, fd))
        continue;
      if (countLines(fd) > keep + slackFor(keep))
        rewrite(file, fd, keep, options.now ?? Date.now);
      return;
    } finally {
      closeSync(fd);
    }
  }
}
function endsInsideLine(fd) {
  const { size } = fstatSync(fd);
  if (size === 0)
    return false;
  const last = Buffer.alloc(1);
  return readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
}

// ../../packages/profiler/dist/create-span-recorder.js
var roundMs = (ms) => Math.round(ms * 1e3) / 1e3;
var storable = (value) => typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
function storableAttributes(attributes) {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, storable(value)]));
}
function isPromiseLike(value) {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
function createSpanRecorder(options = {}) {
  const { onSpan, onListenerError } = options;
  const now = options.now ?? (() => performance.now());
  const originMs = options.originMs ?? now();
  if (!Number.isFinite(originMs)) {
    throw new RangeError(`Cannot create span recorder: \`originMs\` must be a finite number, got ${originMs}`);
  }
  const spans = [];
  let latestMs2 = 0;
  const elapsedMs = () => {
    const readingMs = roundMs(now() - originMs);
    if (readingMs > latestMs2)
      latestMs2 = readingMs;
    return latestMs2;
  };
  const parentOf = (parent) => {
    if (parent === void 0)
      return void 0;
    const id = typeof parent === "number" ? parent : parent.id;
    const span = spans[id - 1];
    if (span === void 0) {
      throw new RangeError(`Cannot start span: \`parent\` must be a span of this recorder, got ${id}`);
    }
    return span;
  };
  const finish = (id, attributes) => {
    const open = spans[id - 1];
    if (open.endMs !== void 0)
      return open;
    const all = attributes === void 0 ? open.attributes : { ...open.attributes, ...storableAttributes(attributes) };
    const span = { ...open, endMs: elapsedMs(), ...all === void 0 ? {} : { attributes: all } };
    spans[id - 1] = span;
    if (onSpan !== void 0) {
      try {
        onSpan(span);
      } catch (error) {
        onListenerError?.(error);
      }
    }
    return span;
  };
  const start = (name, { parent, step, attributes } = {}) => {
    const parentSpan = parentOf(parent);
    const ownStep = step ?? parentSpan?.step;
    const id = spans.length + 1;
    spans.push({
      id,
      ...parentSpan === void 0 ? {} : { parentId: parentSpan.id },
      name,
      ...ownStep === void 0 ? {} : { step: ownStep },
      startMs: elapsedMs(),
      ...attributes === void 0 ? {} : { attributes: storableAttributes(attributes) }
    });
    return {
      id,
      end: (more) => finish(id, more),
      [Symbol.dispose]: () => void finish(id, void 0)
    };
  };
  const measure = (name, work, spanOptions) => {
    const span = start(name, spanOptions);
    let result;
    try {
      result = work(span);
    } catch (error) {
      span.end({ error: true });
      throw error;
    }
    if (!isPromiseLike(result)) {
      span.end();
      return result;
    }
    return result.then((value) => {
      span.end();
      return value;
    }, (error) => {
      span.end({ error: true });
      throw error;
    });
  };
  return { start, measure, spans: () => spans.slice(), elapsedMs };
}

// ../../packages/profiler/dist/summarise-spans.js
var latestMs = (spans) => spans.reduce((latest, span) => Math.max(latest, span.startMs, span.endMs ?? 0), 0);
function coveredMs(spans, fromMs, toMs, endOf) {
  let covered = 0;
  let reachedMs = fromMs;
  for (const span of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    const startMs = Math.max(span.startMs, reachedMs);
    const endMs = Math.min(endOf(span), toMs);
    if (endMs > startMs) {
      covered += endMs - startMs;
      reachedMs = endMs;
    }
  }
  return covered;
}
function summariseSpans(spans, options = {}) {
  const openEndMs = options.endMs ?? latestMs(spans);
  const endOf = (span) => Math.max(span.startMs, span.endMs ?? openEndMs);
  const byId = new Map(spans.map((span) => [span.id, span]));
  const childrenOf = /* @__PURE__ */ new Map();
  for (const span of spans) {
    if (span.parentId === void 0 || !byId.has(span.parentId))
      continue;
    const siblings = childrenOf.get(span.parentId);
    if (siblings === void 0)
      childrenOf.set(span.parentId, [span]);
    else
      siblings.push(span);
  }
  const summaries = /* @__PURE__ */ new Map();
  const visited = /* @__PURE__ */ new Set();
  const visit = (root) => {
    const openNames = /* @__PURE__ */ new Map();
    const work = [{ span: root, leave: false }];
    for (let item = work.pop(); item !== void 0; item = work.pop()) {
      const { span, leave } = item;
      const around = openNames.get(span.name) ?? 0;
      if (leave) {
        openNames.set(span.name, around - 1);
        continue;
      }
      if (visited.has(span))
        continue;
      visited.add(span);
      openNames.set(span.name, around + 1);
      const children = childrenOf.get(span.id) ?? [];
      const durationMs = endOf(span) - span.startMs;
      let summary = summaries.get(span.name);
      if (summary === void 0) {
        summary = { count: 0, totalMs: 0, selfMs: 0, unfinished: 0 };
        summaries.set(span.name, summary);
      }
      summary.count += 1;
      summary.totalMs += around === 0 ? durationMs : 0;
      summary.selfMs += durationMs - coveredMs(children, span.startMs, endOf(span), endOf);
      summary.unfinished += span.endMs === void 0 ? 1 : 0;
      work.push({ span, leave: true });
      for (const child of children)
        work.push({ span: child, leave: false });
    }
  };
  for (const span of spans) {
    if (span.parentId === void 0 || !byId.has(span.parentId))
      visit(span);
  }
  for (const span of spans)
    visit(span);
  return [...summaries].map(([name, summary]) => ({ name, ...summary })).toSorted((a, b) => b.selfMs - a.selfMs || (a.name < b.name ? -1 : 1));
}

// ../../packages/profiler/dist/format-profile-log.js
var BOTTLENECK_SHARE = 0.5;
var UNATTRIBUTED = "other";
var SHOWN_MS = 50;
var oneLine = (name) => name.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) => {
  const hex = character.charCodeAt(0).toString(16).padStart(4, "0");
  return `\\u${hex}`;
});
var seconds = (ms) => `${(ms / 1e3).toFixed(1)}s`;
function formatStep(step, spans, runEndMs) {
  const startMs = step.startedMs ?? 0;
  const endMs = step.finishedMs ?? runEndMs;
  const totalMs = Math.max(step.durationMs, endMs - startMs, 0);
  const around = { id: 0, name: UNATTRIBUTED, startMs, endMs: startMs + totalMs };
  const ids = new Set(spans.map((span) => span.id));
  const nested = spans.map((span) => span.parentId !== void 0 && ids.has(span.parentId) ? span : { ...span, parentId: 0 });
  const phases = summariseSpans([around, ...nested], { endMs }).map(({ name, selfMs, unfinished }) => ({ name, selfMs, unfinished })).filter(({ name, selfMs }) => name !== UNATTRIBUTED || selfMs >= SHOWN_MS);
  const lines = phases.map(({ name, selfMs, unfinished }, index) => {
    const dominates = index === 0 && selfMs > 0 && selfMs >= totalMs * BOTTLENECK_SHARE;
    return `  - ${oneLine(name)}: ${seconds(selfMs)}${dominates ? " BOTTLENECK" : ""}${unfinished > 0 ? " (unfinished)" : ""}`;
  });
  return [`PROFILE: ${oneLine(step.id)}`, ...lines, `  - total: ${seconds(totalMs)}`, ""].join("\n");
}
function formatProfileLog(record) {
  const spansOf = groupByStep(record.spans);
  return record.steps.filter((step) => step.startedMs !== void 0).toSorted((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0)).map((step) => formatStep(step, spansOf.get(step.id) ?? [], record.durationMs)).join("");
}
function groupByStep(spans) {
  const groups = /* @__PURE__ */ new Map();
  for (const span of spans) {
    if (span.step === void 0)
      continue;
    const group = groups.get(span.step);
    if (group === void 0)
      groups.set(span.step, [span]);
    else
      group.push(span);
  }
  return groups;
}

// ../../packages/profiler/dist/run-record.js
var RUN_RECORD_VERSION = 1;

// ../../packages/profiler/dist/shape.js
var text = { kind: "text" };
var flag = { kind: "boolean" };
var nothing = { kind: "null" };
var anyNumber = { kind: "number" };
var quantity = { kind: "number", least: 0 };
var count = { kind: "number", least: 0, whole: true };
var ordinal = { kind: "number", least: 1, whole: true };
var whole = { kind: "number", whole: true };
var oneOf = (...values) => ({ kind: "values", values });
var listOf = (of) => ({ kind: "list", of });
var mapOf = (of) => ({ kind: "map", of });
var either = (...of) => ({ kind: "either", of });
var need = (shape) => ({ shape, optional: false });
var may = (shape) => ({ shape, optional: true });
var objectOf = (fields) => ({
  kind: "fields",
  fields: Object.entries(fields).map(([name, field]) => ({ name, ...field }))
});
function isJsonObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function findMismatch(value, shape) {
  switch (shape.kind) {
    case "text":
      return typeof value === "string" ? void 0 : "";
    case "boolean":
      return typeof value === "boolean" ? void 0 : "";
    case "null":
      return value === null ? void 0 : "";
    case "number":
      return Number.isFinite(value) && (shape.least === void 0 || value >= shape.least) && (shape.whole === void 0 || Number.isInteger(value)) ? void 0 : "";
    case "values":
      return shape.values.includes(value) ? void 0 : "";
    case "list":
      if (!Array.isArray(value))
        return "";
      for (let index = 0; index < value.length; index += 1) {
        const rest = findMismatch(value[index], shape.of);
        if (rest !== void 0)
          return `/${index}${rest}`;
      }
      return void 0;
    case "map":
      if (!isJsonObject(value))
        return "";
      for (const key of Object.keys(value)) {
        const rest = findMismatch(value[key], shape.of);
        if (rest !== void 0)
          return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}${rest}`;
      }
      return void 0;
    case "fields":
      if (!isJsonObject(value))
        return "";
      for (const { name, shape: fieldShape, optional } of shape.fields) {
        const item = value[name];
        if (item === void 0 && optional)
          continue;
        const rest = item === void 0 ? "" : findMismatch(item, fieldShape);
        if (rest !== void 0)
          return `/${name}${rest}`;
      }
      return void 0;
    case "either":
      break;
  }
  let deepest = "";
  for (const option of shape.of) {
    const rest = findMismatch(value, option);
    if (rest === void 0)
      return void 0;
    if (rest.length > deepest.length)
      deepest = rest;
  }
  return deepest;
}

// ../../packages/profiler/dist/run-record-shape.js
var earlierRun = objectOf({
  runId: need(text),
  at: need(text),
  durationMs: need(quantity)
});
var stepOutcomeShape = oneOf("passed", "failed", "timed-out", "cancelled", "inconclusive", "replayed", "skipped");
var runStatusShape = oneOf("passed", "failed", "inconclusive", "partial", "cancelled");
var stepShape = objectOf({
  id: need(text),
  kind: need(oneOf("shell", "module")),
  stage: may(text),
  decision: need(objectOf({
    action: need(oneOf("run", "replay", "skip")),
    reason: need(text),
    explanation: need(text)
  })),
  outcome: need(stepOutcomeShape),
  fingerprint: may(text),
  startedMs: may(quantity),
  finishedMs: may(quantity),
  durationMs: need(quantity),
  predictedMs: may(quantity),
  attempts: need(count),
  exitCode: may(whole),
  signal: may(text),
  message: may(text),
  log: may(text),
  replayedFrom: may(earlierRun),
  provedBy: may(earlierRun),
  waits: need(listOf(objectOf({
    cause: need(oneOf("need", "resource", "group", "slot")),
    on: need(text),
    fromMs: need(quantity),
    toMs: need(quantity)
  }))),
  findings: need(listOf(objectOf({
    rule: need(text),
    severity: need(oneOf("error", "warning", "info")),
    message: need(text),
    file: may(text),
    line: may(ordinal),
    column: may(ordinal)
  })))
});
var changeSetShape = either(objectOf({
  known: need(oneOf(true)),
  base: need(objectOf({ oid: need(either(text, nothing)), ref: need(text), how: need(text) })),
  headOid: need(either(text, nothing)),
  total: need(count),
  changes: need(listOf(objectOf({
    path: need(text),
    previousPath: may(text),
    status: need(text),
    category: need(text),
    rule: need(text)
  }))),
  categories: need(mapOf(count))
}), objectOf({ known: need(oneOf(false)), code: need(text), message: need(text), remedy: need(text) }));
var scheduleShape = objectOf({
  strategy: need(text),
  maxParallel: need(ordinal),
  capacity: need(mapOf(quantity)),
  planned: need(listOf(objectOf({
    id: need(text),
    startMs: need(quantity),
    finishMs: need(quantity),
    slot: need(count),
    slackMs: need(quantity)
  }))),
  plannedMakespanMs: need(quantity),
  lowerBoundMs: need(quantity),
  criticalPath: need(listOf(text)),
  actualMakespanMs: need(quantity)
});
var runRecordShape = objectOf({
  schema: need(oneOf("ai-workflow/run-record")),
  version: need(oneOf(RUN_RECORD_VERSION)),
  runId: need(text),
  workflowId: need(text),
  toolVersion: need(text),
  startedAt: need(text),
  finishedAt: need(text),
  durationMs: need(quantity),
  status: need(runStatusShape),
  optimizations: need(objectOf({
    smartExecution: need(flag),
    parallelExecution: need(flag),
    multiStage: need(flag)
  })),
  environment: need(objectOf({
    platform: need(text),
    arch: need(text),
    nodeVersion: need(text),
    cpuModel: need(text),
    cpuCount: need(count),
    memoryBytes: need(quantity),
    loadAverage1m: need(quantity),
    ci: need(flag)
  })),
  changeSet: need(changeSetShape),
  steps: need(listOf(stepShape)),
  stages: need(listOf(objectOf({
    id: need(text),
    state: need(oneOf("passed", "failed", "closed", "waiting", "empty")),
    reason: may(text)
  }))),
  schedule: may(scheduleShape),
  saved: need(objectOf({
    replayedMs: need(quantity),
    skippedMs: need(quantity),
    // Steps that wait for each other leave gaps, so a run with little to run in parallel can be below zero.
    parallelMs: need(anyNumber)
  })),
  spans: need(listOf(objectOf({
    id: need(ordinal),
    parentId: may(ordinal),
    name: need(text),
    step: may(text),
    startMs: need(quantity),
    endMs: may(quantity),
    attributes: may(mapOf(either(text, anyNumber, flag)))
  }))),
  notices: need(listOf(objectOf({ code: need(text), message: need(text) })))
});

// ../../packages/profiler/dist/history-entry.js
var HISTORY_VERSION = 1;
var historyEntryShape = objectOf({
  version: need(oneOf(HISTORY_VERSION)),
  run_id: need(text),
  commit: need(either(text, nothing)),
  machine: need(text),
  workflow_id: need(text),
  start_time: need(text),
  end_time: need(text),
  total_duration: need(quantity),
  status: need(runStatusShape),
  steps_completed: need(count),
  total_steps: need(count),
  optimizations: need(mapOf(flag)),
  step_timings: need(mapOf(quantity)),
  ai_stats: need(mapOf(anyNumber)),
  resource_usage: need(mapOf(anyNumber)),
  changes: may(objectOf({ total: need(count), categories: need(mapOf(count)) })),
  steps: need(listOf(objectOf({
    id: need(text),
    outcome: need(stepOutcomeShape),
    seconds: need(quantity),
    attempts: need(count),
    started: may(quantity),
    predicted: may(quantity),
    stage: may(text)
  })))
});
function parseHistoryLine(line) {
  let value;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: "bad" };
  }
  if (!isJsonObject(value))
    return { kind: "bad" };
  const version = value["version"];
  if (Number.isInteger(version) && version > HISTORY_VERSION)
    return { kind: "newer" };
  return findMismatch(value, historyEntryShape) === void 0 ? { kind: "entry", entry: value } : { kind: "bad" };
}

// ../../packages/profiler/dist/read-history.js
import { closeSync as closeSync2, fstatSync as fstatSync2, openSync as openSync2, readSync as readSync2 } from "node:fs";
var NEWLINE2 = 10;
var CHUNK_BYTES2 = 1 << 16;
function readEnd(fd, last) {
  const chunks = [];
  let newlines = 0;
  for (let end = fstatSync2(fd).size; end > 0; ) {
    const start = Math.max(0, end - CHUNK_BYTES2);
    const buffer = Buffer.allocUnsafe(end - start);
    const chunk = buffer.subarray(0, readSync2(fd, buffer, 0, buffer.length, start));
    const isFileEnd = chunks.length === 0;
    for (let at = chunk.lastIndexOf(NEWLINE2); at !== -1; at = at === 0 ? -1 : chunk.lastIndexOf(NEWLINE2, at - 1)) {
      if (isFileEnd && at === chunk.length - 1)
        continue;
      newlines += 1;
      if (newlines === last) {
        chunks.push(chunk.subarray(at + 1));
        return Buffer.concat(chunks.toReversed()).toString("utf8");
      }
    }
    chunks.push(chunk);
    end = start;
  }
  return Buffer.concat(chunks.toReversed()).toString("utf8");
}
function readHistory(file, options = {}) {
  const last = options.last ?? Infinity;
  if (last !== Infinity && (!Number.isInteger(last) || last < 1)) {
    throw new RangeError(`Cannot read history: \`last\` must be a positive integer, got ${last}`);
  }
  let fd;
  try {
    fd = openSync2(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { entries: [], badLines: 0, newerLines: 0 };
    }
    throw error;
  }
  let content;
  try {
    content = readEnd(fd, last);
  } finally {
    closeSync2(fd);
  }
  const entries = /* @__PURE__ */ new Map();
  let badLines = 0;
  let newerLines = 0;
  for (const line of content.split("\n")) {
    if (line === "")
      continue;
    const parsed = parseHistoryLine(line);
    if (parsed.kind === "bad")
      badLines += 1;
    else if (parsed.kind === "newer")
      newerLines += 1;
    else if (!entries.has(parsed.entry.run_id))
      entries.set(parsed.entry.run_id, parsed.entry);
  }
  return { entries: [...entries.values()], badLines, newerLines };
}

// ../../packages/profiler/dist/to-current-run.js
var toSeconds = (ms) => Math.round(ms) / 1e3;
var BYTES_PER_MB = 1024 * 1024;
function aiStats(record) {
  const calls = record.spans.filter((span) => span.name === "ai_call");
  const countOf = (cache) => calls.filter((span) => span.attributes?.["cache"] === cache).length;
  const tokens = calls.reduce((sum, span) => {
    const own = span.attributes?.["tokens"];
    return sum + (typeof own === "number" ? own : 0);
  }, 0);
  const durationMs = calls.reduce((sum, span) => sum + Math.max(0, (span.endMs ?? record.durationMs) - span.startMs), 0);
  return {
    calls: calls.length,
    cache_hits: countOf("hit"),
    cache_misses: countOf("miss"),
    total_tokens: tokens,
    total_duration: toSeconds(durationMs)
  };
}
function toCurrentRun(record) {
  const { environment } = record;
  const loadShare = environment.cpuCount > 0 ? environment.loadAverage1m / environment.cpuCount : 0;
  return {
    workflow_id: record.workflowId,
    start_time: record.startedAt,
    end_time: record.finishedAt,
    total_duration: toSeconds(record.durationMs),
    status: record.status,
    steps_completed: record.steps.filter(({ outcome }) => outcome === "passed" || outcome === "replayed").length,
    total_steps: record.steps.length,
    optimizations: {
      smart_execution: record.optimizations.smartExecution,
      parallel_execution: record.optimizations.parallelExecution,
      multi_stage: record.optimizations.multiStage
    },
    step_timings: Object.fromEntries(record.steps.filter((step) => step.startedMs !== void 0).map((step) => [step.id, toSeconds(step.durationMs)])),
    ai_stats: aiStats(record),
    resource_usage: {
      cpu_count: environment.cpuCount,
      memory_total_mb: Math.round(environment.memoryBytes / BYTES_PER_MB),
      load_percent: Math.round(loadShare * 1e3) / 10
    }
  };
}

// ../../packages/profiler/dist/to-history-line.js
function machineClass(environment) {
  const { platform, arch, cpuCount, cpuModel } = environment;
  return `${platform}-${arch} ${cpuCount}x ${cpuModel.trim()}`.trimEnd();
}
var historyStep = (step) => ({
  id: step.id,
  outcome: step.outcome,
  seconds: toSeconds(step.durationMs),
  attempts: step.attempts,
  ...step.startedMs === void 0 ? {} : { started: toSeconds(step.startedMs) },
  ...step.predictedMs === void 0 ? {} : { predicted: toSeconds(step.predictedMs) },
  ...step.stage === void 0 ? {} : { stage: step.stage }
});
function toHistoryLine(record) {
  const { changeSet } = record;
  const entry = {
    version: HISTORY_VERSION,
    run_id: record.runId,
    commit: changeSet.known ? changeSet.headOid : null,
    machine: machineClass(record.environment),
    ...toCurrentRun(record),
    ...changeSet.known ? { changes: { total: changeSet.total, categories: changeSet.categories } } : {},
    steps: record.steps.map(historyStep)
  };
  return JSON.stringify(entry);
}

// ../../packages/profiler/dist/to-trace-events.js
var PID = 1;
var microseconds = (ms) => Math.round(ms * 1e3);
var wellFormed = (name) => name.replaceAll(new RegExp("\\p{Surrogate}", "gu"), "\uFFFD");
var safeArgs = (args) => Object.fromEntries(Object.entries(args).map(([key, value]) => [
  wellFormed(key),
  typeof value === "string" ? wellFormed(value) : value
]));
function assignLanes(blocks) {
  const lanes = [];
  return blocks.map((block) => {
    for (let lane = 0; ; lane += 1) {
      const openEnds = lanes[lane] ??= [];
      while (openEnds.length > 0 && openEnds.at(-1) <= block.startUs)
        openEnds.pop();
      const innermostEnd = openEnds.at(-1);
      if (innermostEnd === void 0 || block.endUs <= innermostEnd) {
        openEnds.push(block.endUs);
        return lane;
      }
    }
  });
}
var byStart = (a, b) => a.startUs - b.startUs || b.endUs - a.endUs || (a.cat === b.cat ? 0 : a.cat === "step" ? -1 : 1);
function assignSlots(record, steps) {
  const planned = new Map(record.schedule?.planned.map(({ id, slot }) => [id, slot]));
  const busyUntilUs = [];
  const isFree = (slot, startUs) => (busyUntilUs[slot] ?? 0) <= startUs;
  return new Map(steps.map((step) => {
    const startUs = microseconds(step.startedMs ?? 0);
    let slot = planned.get(step.id) ?? 0;
    if (!isFree(slot, startUs)) {
      slot = 0;
      while (!isFree(slot, startUs))
        slot += 1;
    }
    busyUntilUs[slot] = endUsOf(step, record);
    return [step, slot];
  }));
}
function endUsOf(step, record) {
  const endMs = step.finishedMs ?? Math.max(record.durationMs, (step.startedMs ?? 0) + step.durationMs);
  return microseconds(Math.max(endMs, step.startedMs ?? 0));
}
function toTraceEvents(record) {
  const started = record.steps.filter((step) => step.startedMs !== void 0).toSorted((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0));
  const slots = assignSlots(record, started);
  const slotOfId = new Map(started.map((step) => [step.id, slots.get(step) ?? 0]));
  const endUsOfId = new Map(started.map((step) => [step.id, endUsOf(step, record)]));
  const groups = /* @__PURE__ */ new Map([[0, []]]);
  const add = (group, block) => {
    const blocks = groups.get(group);
    if (blocks === void 0)
      groups.set(group, [block]);
    else
      blocks.push(block);
  };
  for (const step of started) {
    add((slots.get(step) ?? 0) + 1, {
      name: step.id,
      cat: "step",
      startUs: microseconds(step.startedMs ?? 0),
      endUs: endUsOf(step, record),
      args: {
        outcome: step.outcome,
        reason: step.decision.reason,
        attempts: step.attempts,
        ...step.predictedMs === void 0 ? {} : { predicted_ms: step.predictedMs }
      }
    });
  }
  for (const span of record.spans)
    add(groupOf(span, slotOfId), blockOf(span, record, endUsOfId));
  const events = [
    { ph: "M", name: "process_name", pid: PID, tid: 0, args: { name: wellFormed(record.workflowId) } }
  ];
  let tid = 0;
  for (const [group, unordered] of [...groups].toSorted(([a], [b]) => a - b)) {
    const blocks = unordered.toSorted(byStart);
    const lanes = assignLanes(blocks);
    const firstTid = tid + 1;
    const laneCount = lanes.reduce((most, lane) => Math.max(most, lane + 1), 1);
    for (let lane = 0; lane < laneCount; lane += 1) {
      tid += 1;
      const title = group === 0 ? "run" : `slot ${group - 1}`;
      const name = lane === 0 ? title : `${title}, overlapping ${lane}`;
      events.push({ ph: "M", name: "thread_name", pid: PID, tid, args: { name } }, { ph: "M", name: "thread_sort_index", pid: PID, tid, args: { sort_index: tid } });
    }
    for (const [index, block] of blocks.entries()) {
      events.push({
        ph: "X",
        name: wellFormed(block.name),
        cat: block.cat,
        ts: block.startUs,
        dur: block.endUs - block.startUs,
        pid: PID,
        tid: firstTid + (lanes[index] ?? 0),
        args: safeArgs(block.args)
      });
    }
  }
  events.push(...waitEvents(record));
  return {
    traceEvents: events,
    displayTimeUnit: "ms",
    otherData: {
      schema: `${record.schema}/${record.version}`,
      run_id: wellFormed(record.runId),
      ...record.changeSet.known && record.changeSet.headOid !== null ? { commit: wellFormed(record.changeSet.headOid) } : {}
    }
  };
}
var groupOf = (span, slotOfId) => {
  const slot = span.step === void 0 ? void 0 : slotOfId.get(span.step);
  return slot === void 0 ? 0 : slot + 1;
};
function blockOf(span, record, endUsOfId) {
  const startUs = microseconds(span.startMs);
  const openEndUs = (span.step === void 0 ? void 0 : endUsOfId.get(span.step)) ?? microseconds(record.durationMs);
  return {
    name: span.name,
    cat: "span",
    startUs,
    endUs: Math.max(startUs, span.endMs === void 0 ? openEndUs : microseconds(span.endMs)),
    args: { ...span.attributes, ...span.endMs === void 0 ? { unfinished: true } : {} }
  };
}
function waitEvents(record) {
  const waits = record.steps.flatMap((step) => step.waits.map((wait) => ({ step, wait })));
  return waits.flatMap(({ step, wait }, index) => {
    const shared = {
      name: wellFormed(`${step.id} waits for ${wait.cause} ${wait.on}`),
      cat: "wait",
      id: index + 1,
      pid: PID,
      tid: 0,
      args: safeArgs({ step: step.id, cause: wait.cause, on: wait.on })
    };
    const startUs = microseconds(wait.fromMs);
    return [
      { ph: "b", ...shared, ts: startUs },
      { ph: "e", ...shared, ts: Math.max(startUs, microseconds(wait.toMs)) }
    ];
  });
}

// ../../packages/profiler/dist/write-file-atomic.js
import { closeSync as closeSync3, mkdirSync as mkdirSync2, openSync as openSync3, renameSync as renameSync2, rmSync as rmSync2, writeFileSync } from "node:fs";
import { basename, dirname as dirname2, join } from "node:path";
var serial = 0;
var hasCode2 = (error, code) => error instanceof Error && "code" in error && error.code === code;
function openTemporary(path3) {
  const folder = dirname2(path3);
  for (let madeFolder = false; ; ) {
    serial += 1;
    const temporary = join(folder, `.${basename(path3)}.${process.pid}.${serial}.tmp`);
    try {
      return { temporary, fd: openSync3(temporary, "wx") };
    } catch (error) {
      if (hasCode2(error, "EEXIST"))
        continue;
      if (!hasCode2(error, "ENOENT") || madeFolder)
        throw error;
      mkdirSync2(folder, { recursive: true });
      madeFolder = true;
    }
  }
}
function writeFileAtomic(path3, data) {
  const { temporary, fd } = openTemporary(path3);
  try {
    try {
      writeFileSync(fd, data);
    } finally {
      closeSync3(fd);
    }
    renameSync2(temporary, path3);
  } catch (error) {
    rmSync2(temporary, { force: true });
    throw error;
  }
}

// ../../packages/engine/dist/run/state-directory.js
import { accessSync, constants, existsSync, lstatSync, mkdirSync as mkdirSync3, mkdtempSync, readdirSync, readFileSync as readFileSync2, renameSync as renameSync3, rmSync as rmSync3, statSync as statSync2, symlinkSync, writeFileSync as writeFileSync2 } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

// ../../packages/engine/dist/config/config.js
var CONFIG_FILE_NAME = ".workflow-config.yaml";
var STATE_FOLDER_NAME = ".workflow";

// ../../packages/engine/dist/run/state-directory.js
var HISTORY_FILE = path.join("metrics", "history.jsonl");
var STATE_FORMAT = 1;
var KEPT_RUNS = 50;
var RUN_FOLDERS = ["runs", "logs"];
function openStateDirectory(target) {
  const folder = path.join(target, STATE_FOLDER_NAME);
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat !== void 0 && !statSync2(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new EngineError("ENGINE_STATE_BLOCKED", `${folder} is not a folder`, {
      hint: "Move it away; the folder of that name holds the state of runs"
    });
  }
  const notices = [];
  try {
    if (stat === void 0)
      mkdirSync3(folder);
    const gitignore = path.join(folder, ".gitignore");
    if (!existsSync(gitignore))
      writeFileSync2(gitignore, "*\n");
    checkFormat(folder, notices);
    for (const name of RUN_FOLDERS) {
      mkdirSync3(path.join(folder, name), { recursive: true });
      accessSync(path.join(folder, name), constants.W_OK);
    }
    return { path: folder, durable: true, notices };
  } catch (error) {
    if (error instanceof EngineError)
      throw error;
    const code = error.code ?? String(error);
    notices.push({
      code: "state-not-writable",
      message: `${folder} cannot be written (${code}): this run leaves no record and nothing can be replayed later`
    });
    return { path: mkdtempSync(path.join(tmpdir(), "ai-workflow-")), durable: false, notices };
  }
}
function checkFormat(folder, notices) {
  const file = path.join(folder, "format.json");
  let text2;
  try {
    text2 = readFileSync2(file, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT")
      throw error;
  }
  if (text2 !== void 0) {
    const format = parseFormat(text2);
    if (format === STATE_FORMAT)
      return;
    if (format !== void 0 && format > STATE_FORMAT) {
      throw new EngineError("ENGINE_STATE_NEWER", `${folder} was written by a newer version (format ${format})`, {
        hint: "Use that version, or move the folder away to start without its history"
      });
    }
    const aside = `${file}.corrupt`;
    renameSync3(file, aside);
    notices.push({
      code: "state-corrupt",
      message: `${file} was damaged; it was set aside as ${path.basename(aside)}`
    });
  }
  writeFileAtomic(file, `{"format":${STATE_FORMAT}}
`);
}
function parseFormat(text2) {
  try {
    const format = JSON.parse(text2)?.format;
    return typeof format === "number" && Number.isInteger(format) && format > 0 ? format : void 0;
  } catch {
    return void 0;
  }
}
function createRunPaths(state2, runId) {
  const runs = path.join(state2, "runs");
  const logs = path.join(state2, "logs");
  mkdirSync3(path.join(runs, runId), { recursive: true });
  mkdirSync3(path.join(logs, runId), { recursive: true });
  removeOldRuns(runs);
  removeOldRuns(logs);
  return {
    record: path.join(runs, runId, "run.json"),
    logs: path.join(logs, runId),
    // A colon is no part of a file name everywhere; a per cent sign is no part of an id.
    stepLog: (stepId) => path.join("logs", runId, "steps", `${stepId.replaceAll(":", "%3A")}.log`)
  };
}
function pointLatest(state2, runId) {
  const temporary = path.join(state2, "logs", `.latest-${runId}`);
  try {
    symlinkSync(runId, temporary);
    renameSync3(temporary, path.join(state2, "logs", "latest"));
  } catch (error) {
    rmSync3(temporary, { force: true });
    throw error;
  }
}
function removeOldRuns(folder) {
  const names = readdirSync(folder).filter((name) => /^\d{8}T/.test(name));
  if (names.length <= KEPT_RUNS)
    return;
  for (const name of names.sort().slice(0, names.length - KEPT_RUNS)) {
    rmSync3(path.join(folder, name), { recursive: true, force: true });
  }
}

// ../../packages/engine/dist/run/durations.js
var LOOK_BACK = 5;
var READ_RUNS = 100;
function readDurations(state2) {
  const seen = /* @__PURE__ */ new Map();
  for (const entry of readEntries(path2.join(state2, HISTORY_FILE)).toReversed()) {
    for (const { id, outcome, seconds: seconds2 } of entry.steps) {
      if (outcome !== "passed")
        continue;
      const durations = seen.get(id) ?? [];
      if (durations.length < LOOK_BACK)
        durations.push(seconds2 * 1e3);
      seen.set(id, durations);
    }
  }
  return new Map([...seen].map(([id, durations]) => [id, medianOf(durations)]));
}
function readEntries(file) {
  try {
    return readHistory(file, { last: READ_RUNS }).entries;
  } catch {
    return [];
  }
}
function medianOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

// ../../packages/change-detection/dist/category-rules.js
var words = (text2) => new Set(text2.split(" "));
var PROSE_EXTENSIONS = words("md mdx markdown rst adoc asciidoc asc txt tex org rdoc pod textile");
var PROSE_NAMES = words("readme license licence copying notice authors contributors maintainers changelog changes history news todo contributing security support governance code_of_conduct install upgrading migrating credits thanks patents roadmap");
var SOURCE_EXTENSIONS = words("js mjs cjs jsx ts mts cts tsx vue svelte astro py pyi pyx go rs c h cc cpp cxx hh hpp hxx m mm java kt kts scala groovy clj cljs rb php swift cs fs vb ex exs erl hrl hs ml mli lua pl pm r jl dart zig nim sh bash zsh fish ps1 bat cmd sql css scss sass less styl html htm erb ejs hbs j2 jinja jinja2 tmpl tpl mustache pug l y s asm proto graphql gql thrift wgsl glsl wat jq awk el lisp scm tcl sol v vhd");
var ASSET_EXTENSIONS = words("png jpg jpeg gif svg ico icns webp avif bmp tif tiff psd ai eps sketch fig woff woff2 ttf otf eot mp3 mp4 webm ogg wav flac mov avi m4a");
var DATA_EXTENSIONS = words("json json5 jsonc yml yaml toml ini cfg conf properties xml plist env editorconfig");
var OPAQUE_EXTENSIONS = words("zip tar gz tgz bz2 xz zst 7z rar jar war exe dll so dylib a o bin sig gpg pem crt key p12 asc sha256 sha512");
var DEPENDENCY_NAMES = new Map(Object.entries({
  js: "package.json package-lock.json npm-shrinkwrap.json pnpm-lock.yaml pnpm-workspace.yaml yarn.lock bun.lock bun.lockb .pnp.cjs .pnp.loader.mjs bower.json deno.lock .pnpmfile.cjs import_map.json",
  python: "pyproject.toml setup.py uv.lock poetry.lock pdm.lock pipfile pipfile.lock environment.yml environment.yaml conda-lock.yml pixi.lock pixi.toml constraints.txt pylock.toml",
  go: "go.mod go.sum go.work go.work.sum",
  rust: "cargo.toml cargo.lock",
  jvm: "pom.xml build.gradle build.gradle.kts settings.gradle settings.gradle.kts libs.versions.toml gradle.lockfile gradle-wrapper.properties build.sbt deps.edn project.clj",
  c: "vcpkg.json vcpkg-configuration.json conanfile.txt conanfile.py conan.lock .gitmodules workspace workspace.bazel module.bazel module.bazel.lock meson.wrap",
  ruby: "gemfile gemfile.lock gems.rb gems.locked",
  php: "composer.json composer.lock",
  dotnet: "packages.config packages.lock.json directory.packages.props paket.dependencies paket.lock nuget.config",
  swift: "package.swift package.resolved podfile podfile.lock cartfile cartfile.resolved",
  elixir: "mix.exs mix.lock rebar.config rebar.lock",
  dart: "pubspec.yaml pubspec.lock",
  haskell: "stack.yaml stack.yaml.lock cabal.project cabal.project.freeze",
  nix: "flake.nix flake.lock",
  terraform: ".terraform.lock.hcl",
  helm: "chart.lock",
  tools: "mise.lock devbox.lock brewfile brewfile.lock.json"
}).flatMap(([ecosystem, names]) => names.split(" ").map((name) => [name, ecosystem])));
var DEPENDENCY_EXTENSIONS = words("gemspec csproj fsproj vbproj cabal podspec");
var CI_NAMES = words(".gitlab-ci.yml .gitlab-ci.yaml .travis.yml appveyor.yml .appveyor.yml azure-pipelines.yml azure-pipelines.yaml bitbucket-pipelines.yml jenkinsfile .drone.yml .cirrus.yml .cirrus.star .woodpecker.yml cloudbuild.yaml cloudbuild.yml buildspec.yml codecov.yml .codecov.yml dependabot.yml dependabot.yaml renovate.json renovate.json5 .renovaterc .renovaterc.json .mergify.yml wercker.yml .teamcity");
var CI_FOLDERS = words(".circleci .buildkite .gitlab .teamcity .woodpecker .azure-pipelines");
var TEST_FOLDERS = words("test tests spec specs __tests__ __test__ __mocks__ __snapshots__ __fixtures__ testdata fixtures e2e cypress integration-tests androidtest jvmtest commontest testfixtures integrationtest unittest unittests functionaltest fuzz_targets testsuite");
var FIXTURE_FOLDERS = words("fixtures fixture __fixtures__ testdata test-data test_data __snapshots__ testfixtures snapshots");
var GENERATED_FOLDERS = words("dist generated __generated__ gen");
var VENDORED_FOLDERS = words("vendor vendored third_party third-party node_modules bower_components");
var DOC_FOLDERS = words("docs doc documentation");
var CONFIG_NAMES = words("makefile gnumakefile makefile.am makefile.in cmakelists.txt configure.ac configure.in meson.build meson_options.txt meson.options build.bazel build dockerfile containerfile docker-compose.yml docker-compose.yaml compose.yml compose.yaml vagrantfile procfile rakefile justfile taskfile.yml taskfile.yaml turbo.json nx.json lerna.json rush.json project.json tox.ini noxfile.py setup.cfg manifest.in mypy.ini pytest.ini ruff.toml rustfmt.toml clippy.toml rust-toolchain rust-toolchain.toml deny.toml gradlew gradlew.bat mvnw mvnw.cmd checkstyle.xml bnd.bnd cname codeowners owners fastfile gulpfile.js gruntfile.js pre-commit.yaml");
var CONFIG_EXTENSIONS = words("cmake m4 am ac spec bzl mk gn gni pro nix tf tfvars hcl props targets sln service bazel dockerfile code-workspace");
var has = (parts, folders) => parts.folders.some((one) => folders.has(one));
var stem = (name) => {
  const dot = name.indexOf(".", 1);
  return dot === -1 ? name : name.slice(0, dot);
};
var isLicenceText = (parts) => /(?:^|[-_.])(?:licen[cs]e|copying|notice)(?:[-_.]|$)/.test(parts.name) && (parts.extension === "" || PROSE_EXTENSIONS.has(parts.extension) || /^(?:html?|apache|mit|bsd\d?)$/.test(parts.extension));
var isReadme = (parts) => stem(parts.name).startsWith("readme") && (parts.extension === "" || PROSE_EXTENSIONS.has(parts.extension));
var isSource = (parts) => SOURCE_EXTENSIONS.has(parts.extension);
var isInTests = (parts) => has(parts, TEST_FOLDERS) || parts.folders.some((one) => /^(?:test|tests)[-_]|[-_.](?:test|tests|spec|e2e)$/.test(one));
var isRequirements = (parts) => (parts.extension === "txt" || parts.extension === "in" || parts.extension === "pip") && (/^(?:[\w.]+[-_])?(?:requirements|constraints)(?:[-_.]|$)/.test(parts.name) || parts.folders.some((one) => /^requirements(?:[-_]|$)/.test(one)));
var BUILT_IN_RULES = [
  {
    rule: "tests/fixture",
    category: "tests",
    holds: (parts) => has(parts, FIXTURE_FOLDERS) && !isReadme(parts) && !isLicenceText(parts) && isInTests(parts)
  },
  { rule: "dependencies/manifest", category: "dependencies", holds: (parts) => DEPENDENCY_NAMES.has(parts.name) },
  {
    rule: "dependencies/project-file",
    category: "dependencies",
    holds: (parts) => DEPENDENCY_EXTENSIONS.has(parts.extension)
  },
  { rule: "python/requirements", category: "dependencies", holds: isRequirements },
  {
    rule: "js/patches",
    category: "dependencies",
    holds: (parts) => parts.extension === "patch" && (parts.folders.at(-1) === "patches" || parts.folders.includes(".yarn"))
  },
  { rule: "go/vendor-list", category: "dependencies", holds: (parts) => parts.path === "vendor/modules.txt" },
  {
    rule: "git/submodule-in-vendor",
    category: "dependencies",
    holds: (parts) => parts.extension === "" && parts.folders.length === 1 && has(parts, VENDORED_FOLDERS) && !PROSE_NAMES.has(parts.name) && !parts.name.startsWith(".")
  },
  {
    rule: "github/workflow",
    category: "ci",
    holds: (parts) => parts.folders[0] === ".github" && (parts.folders[1] === "workflows" || parts.folders[1] === "actions") && !PROSE_EXTENSIONS.has(parts.extension)
  },
  {
    rule: "ci/provider",
    category: "ci",
    holds: (parts) => CI_NAMES.has(parts.name) || CI_FOLDERS.has(parts.folders[0] ?? "") && !PROSE_EXTENSIONS.has(parts.extension)
  },
  {
    rule: "ci/folder",
    category: "ci",
    holds: (parts) => (parts.folders[0] === "ci" || parts.folders[0] === ".ci") && !PROSE_EXTENSIONS.has(parts.extension)
  },
  { rule: "docs/readme", category: "docs", holds: isReadme },
  {
    rule: "tests/folder",
    category: "tests",
    holds: (parts) => isInTests(parts) && !isLicenceText(parts) && !has(parts, VENDORED_FOLDERS)
  },
  {
    rule: "js/test-file",
    category: "tests",
    holds: (parts) => /\.(?:test|spec|test-d|spec-d|bench|e2e|cy)\.[cm]?[jt]sx?$|\.(?:test|spec)\.(?:vue|svelte)$|\.snap$/.test(parts.name)
  },
  {
    rule: "python/test-file",
    category: "tests",
    holds: (parts) => parts.extension === "py" && /^test_|_test\.py$|^conftest\.py$/.test(parts.name)
  },
  {
    rule: "native/test-file",
    category: "tests",
    holds: (parts) => /_(?:test|spec|unittest)\.(?:go|rb|exs|cc|cpp|c|dart|rs|clj)$|^test_[\w-]+\.(?:c|cc|cpp|rb)$|\.golden$|\.t$/.test(parts.name)
  },
  {
    rule: "jvm/test-file",
    category: "tests",
    holds: (parts) => /(?:Tests?|IT|Spec|TestCase)\.(?:java|kt|scala|groovy|cs|swift|php)$/.test(parts.exactName)
  },
  {
    rule: "rust/benches",
    category: "tests",
    holds: (parts) => parts.extension === "rs" && parts.folders.includes("benches")
  },
  { rule: "docs/licence", category: "docs", holds: isLicenceText },
  {
    rule: "other/checksums",
    category: "other",
    holds: (parts) => /^(?:sha\d+sums?|md5sums?|checksums?)(?:\.txt)?$/.test(parts.name)
  },
  {
    rule: "other/signature",
    category: "other",
    holds: (parts) => parts.folders.includes("sig") || parts.extension === "asc" && /\.\w+\.asc$|[-_.]\w*\d\w*\.asc$/.test(parts.name)
  },
  {
    rule: "docs/github",
    category: "docs",
    holds: (parts) => parts.folders[0] === ".github" && PROSE_EXTENSIONS.has(parts.extension)
  },
  {
    rule: "c/build-list",
    category: "config",
    holds: (parts) => CONFIG_NAMES.has(parts.name)
  },
  {
    rule: "web/crawler-list",
    category: "config",
    holds: (parts) => parts.name === "robots.txt" || parts.name === "humans.txt"
  },
  {
    rule: "docs/prose",
    category: "docs",
    holds: (parts) => PROSE_EXTENSIONS.has(parts.extension) || parts.extension === "pdf"
  },
  {
    rule: "docs/prose-name",
    category: "docs",
    holds: (parts) => PROSE_NAMES.has(parts.name) || PROSE_NAMES.has(stem(parts.name)) && !isSource(parts) && !DATA_EXTENSIONS.has(parts.extension)
  },
  {
    rule: "docs/man-page",
    category: "docs",
    holds: (parts) => /\.[1-8](?:\.(?:in|prebuilt))?$/.test(parts.name) && !/\.so\./.test(parts.name)
  },
  {
    rule: "python/docs-settings",
    category: "docs",
    holds: (parts) => parts.name === "conf.py" && has(parts, DOC_FOLDERS)
  },
  {
    rule: "docs/content-data",
    category: "docs",
    holds: (parts) => has(parts, DOC_FOLDERS) && parts.folders.includes("content") && (parts.extension === "yml" || parts.extension === "yaml")
  },
  { rule: "assets/media", category: "assets", holds: (parts) => ASSET_EXTENSIONS.has(parts.extension) },
  {
    rule: "js/tool-settings",
    category: "config",
    holds: (parts) => /^(?:tsconfig|jsconfig)[\w.-]*\.json$|\.config\.(?:[cm]?[jt]s|json)$/.test(parts.name)
  },
  { rule: "config/dot-file", category: "config", holds: (parts) => parts.name.startsWith(".") },
  {
    rule: "config/dot-folder",
    category: "config",
    holds: (parts) => parts.folders.some((one) => one.startsWith(".") && one !== "." && one !== "..") && !isSourceFolder(parts)
  },
  {
    rule: "config/tool-file",
    category: "config",
    holds: (parts) => CONFIG_EXTENSIONS.has(parts.extension) || parts.name.endsWith(".pc.in") || parts.name.startsWith("dockerfile.")
  },
  {
    rule: "c/build-script",
    category: "config",
    holds: (parts) => parts.folders.length === 0 && /^(?:compile|configure|autogen|bootstrap)(?:[-_][\w-]+)?(?:\.sh)?$/.test(parts.name)
  },
  {
    rule: "config/data",
    category: "config",
    // A data file deep in a source tree is often a template or a table that the program reads: that is code.
    holds: (parts) => DATA_EXTENSIONS.has(parts.extension) && !/tmpl|template/.test(parts.path.toLowerCase())
  },
  { rule: "other/key", category: "other", holds: (parts) => /public\.key$|\.(?:pub|gpg|pgp)$/.test(parts.name) },
  { rule: "code/source", category: "code", holds: isSource },
  { rule: "other/opaque", category: "other", holds: (parts) => OPAQUE_EXTENSIONS.has(parts.extension) }
];
function isSourceFolder(parts) {
  return parts.folders.includes("src") && isSource(parts);
}
function isGenerated({ name, folders }) {
  return folders.some((one) => GENERATED_FOLDERS.has(one)) || /\.min\.(?:js|css)$|\.generated\.|\.g\.(?:dart|cs)$|\.pb\.(?:go|cc|h)$|_pb2(?:_grpc)?\.pyi?$|\.map$|^zz_generated/.test(name);
}
var isVendored = (parts) => has(parts, VENDORED_FOLDERS);
var isFixture = (parts) => has(parts, FIXTURE_FOLDERS) || parts.name.endsWith(".snap");

// ../../packages/change-detection/dist/create-path-matcher.js
var import_picomatch = __toESM(require_picomatch2(), 1);
function globTest(glob) {
  const test = (0, import_picomatch.default)(glob, { dot: true, nonegate: true });
  return (path3) => test(path3);
}
var MAGIC = /[*?[\]{}()!+@\\|]/;
function belowTest(folder) {
  const below = `${folder}/`;
  return (path3) => path3 === folder || path3.startsWith(below);
}
function positiveTest(glob) {
  if (glob === "**" || glob === "." || glob === "**/*")
    return () => true;
  if (!MAGIC.test(glob))
    return belowTest(glob.replace(/\/+$/, ""));
  if (glob.endsWith("/**") && !MAGIC.test(glob.slice(0, -3)))
    return belowTest(glob.slice(0, -3));
  if (/^(?:\*\*\/)?\*\.[\w.-]+$/.test(glob)) {
    const anyDepth = glob.startsWith("**/");
    const extension = glob.slice(glob.lastIndexOf("*") + 1);
    return (path3) => path3.endsWith(extension) && (anyDepth || !path3.includes("/"));
  }
  return globTest(glob.endsWith("/") ? `${glob}**` : glob);
}
function createPathMatcher(globs) {
  const rules = globs.map((glob) => {
    const negated = typeof glob === "string" && glob.startsWith("!") && !glob.startsWith("!(");
    const body = typeof glob === "string" ? (negated ? glob.slice(1) : glob).replace(/^(?:\.?\/)+/, "") : "";
    if (body === "" && glob !== "./" && glob !== "!./") {
      throw new TypeError(`Cannot create path matcher: each glob must be a non-empty string, got ${JSON.stringify(glob)}`);
    }
    return { negated, test: positiveTest(body === "" ? "." : body) };
  });
  const [first] = rules;
  if (first === void 0)
    return () => false;
  if (rules.length === 1 && !first.negated)
    return first.test;
  const start = first.negated;
  rules.reverse();
  return (path3) => {
    for (const { negated, test } of rules)
      if (test(path3))
        return !negated;
    return start;
  };
}

// ../../packages/change-detection/dist/categorise.js
var CATEGORIES = ["docs", "code", "tests", "config", "ci", "dependencies", "assets", "other"];
var matchers = /* @__PURE__ */ new WeakMap();
function matcherOf(rule) {
  const known = matchers.get(rule);
  if (known !== void 0)
    return known;
  if (!CATEGORIES.includes(rule.category)) {
    throw new RangeError(`Cannot categorise: \`category\` must be one of ${CATEGORIES.join(", ")}, got ${JSON.stringify(rule.category)}`);
  }
  const matcher = createPathMatcher(rule.globs);
  matchers.set(rule, matcher);
  return matcher;
}
function split(path3) {
  const segments = path3.replace(/\/$/, "").split("/");
  const exactName = segments.pop() ?? "";
  const name = exactName.toLowerCase();
  const dot = name.lastIndexOf(".");
  return {
    path: path3,
    exactName,
    name,
    extension: dot > 0 ? name.slice(dot + 1) : "",
    folders: segments.map((segment) => segment.toLowerCase())
  };
}
function categorise(path3, rules = []) {
  const parts = split(path3);
  const flags = [];
  if (isGenerated(parts))
    flags.push("generated");
  if (isVendored(parts))
    flags.push("vendored");
  if (isFixture(parts))
    flags.push("fixture");
  for (const rule of rules) {
    if (matcherOf(rule)(path3)) {
      return { category: rule.category, rule: rule.name ?? `user: ${rule.globs.join(" ")}`, flags };
    }
  }
  for (const { rule, category, holds } of BUILT_IN_RULES) {
    if (holds(parts))
      return { category, rule, flags };
  }
  return { category: "code", rule: "unknown", flags };
}

// ../../packages/change-detection/dist/fingerprint-files.js
import { createHash } from "node:crypto";

// ../../packages/change-detection/dist/git-name.js
import { isUtf8 } from "node:buffer";
var plainName = (raw) => ({ path: raw, bytes: void 0 });
function nameFromLatin1(raw) {
  const bytes = Buffer.from(raw, "latin1");
  return isUtf8(bytes) ? plainName(bytes.toString("utf8")) : { path: bytes.toString("utf8"), bytes };
}
function decodeOutput(output) {
  return isUtf8(output) ? { text: output.toString("utf8"), toName: plainName } : { text: output.toString("latin1"), toName: nameFromLatin1 };
}
function nameKey(name) {
  return name.bytes === void 0 ? name.path : `\0${Buffer.from(name.bytes).toString("latin1")}`;
}
var SURROGATE = /[\ud800-\udfff]/;
function compareAsUtf8(a, b) {
  if (a === b)
    return 0;
  return SURROGATE.test(a) || SURROGATE.test(b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : a < b ? -1 : 1;
}
function compareNames(aPath, aBytes, bPath, bBytes) {
  return aBytes === void 0 && bBytes === void 0 ? compareAsUtf8(aPath, bPath) : Buffer.compare(aBytes ?? Buffer.from(aPath, "utf8"), bBytes ?? Buffer.from(bPath, "utf8"));
}

// ../../packages/change-detection/dist/fingerprint-files.js
var FINGERPRINT_VERSION = "files-1\n";
var CHUNK_LENGTH = 65536;
function compareFiles(a, b) {
  const byName = compareNames(a.path, a.pathBytes, b.path, b.pathBytes);
  if (byName !== 0)
    return byName;
  if (a.mode !== b.mode)
    return a.mode < b.mode ? -1 : 1;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}
function isSorted(files) {
  for (let index = 1; index < files.length; index += 1) {
    const [before, after] = [files[index - 1], files[index]];
    if (before !== void 0 && after !== void 0 && compareFiles(before, after) > 0)
      return false;
  }
  return true;
}
function fingerprintFiles(files) {
  const list2 = [...files];
  if (!isSorted(list2))
    list2.sort(compareFiles);
  const hash = createHash("sha256").update(FINGERPRINT_VERSION);
  let text2 = "";
  for (const { path: path3, pathBytes, mode, id } of list2) {
    if (pathBytes === void 0) {
      text2 += `${Buffer.byteLength(path3, "utf8")}:${path3}`;
    } else {
      hash.update(`${text2}${pathBytes.length}:`).update(pathBytes);
      text2 = "";
    }
    text2 += `${mode.length}:${mode}${id.length}:${id}`;
    if (text2.length > CHUNK_LENGTH) {
      hash.update(text2);
      text2 = "";
    }
  }
  return hash.update(text2).digest("hex");
}

// ../../packages/change-detection/dist/base-candidates.js
var TARGET_BRANCH_VARIABLES = [
  "GITHUB_BASE_REF",
  "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
  "BITBUCKET_PR_DESTINATION_BRANCH",
  "SYSTEM_PULLREQUEST_TARGETBRANCH",
  "BUILDKITE_PULL_REQUEST_BASE_BRANCH"
];
var isOid = (text2) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text2);
function branchCandidates(branch, how) {
  const name = branch.replace(/^refs\/heads\//, "");
  const fetch = `+refs/heads/${name}:refs/remotes/origin/${name}`;
  return [
    { rev: `refs/remotes/origin/${name}`, ref: `origin/${name}`, how, exact: false, fetch },
    { rev: `refs/heads/${name}`, ref: name, how, exact: false, fetch }
  ];
}
function baseCandidates(options, environment) {
  const { base, lastSuccessful } = options;
  const explicit = [];
  if (base !== void 0) {
    const isRevision = isOid(base) || /[\^~@:]/.test(base) || base.startsWith("refs/") || base.startsWith("origin/");
    const short = base.replace(/^(?:refs\/remotes\/)?origin\//, "");
    const fetch = isOid(base) || /[\^~@:]/.test(base) || short.startsWith("refs/") ? base.replace(/[\^~@:].*$/, "") : `+refs/heads/${short}:refs/remotes/origin/${short}`;
    explicit.push({ rev: base, ref: base, how: "explicit", exact: false, fetch });
    if (!isRevision) {
      explicit.push({
        rev: `refs/remotes/origin/${base}`,
        ref: `origin/${base}`,
        how: "explicit",
        exact: false,
        fetch
      });
    }
  }
  const ci = [];
  for (const variable of TARGET_BRANCH_VARIABLES) {
    const branch = environment[variable];
    if (branch !== void 0 && branch !== "")
      ci.push(...branchCandidates(branch, "ci"));
  }
  const mergeRequestBase = environment["CI_MERGE_REQUEST_DIFF_BASE_SHA"];
  if (mergeRequestBase !== void 0 && isOid(mergeRequestBase)) {
    ci.push({ rev: mergeRequestBase, ref: mergeRequestBase, how: "ci", exact: false, fetch: mergeRequestBase });
  }
  return {
    explicit,
    ci,
    pullRequestMerge: /^refs\/pull\/\d+\/merge$/.test(environment["GITHUB_REF"] ?? "") ? [{ rev: "HEAD^1", ref: "HEAD^1", how: "pull-request-merge", exact: false, requires: "HEAD^2", fetch: "HEAD" }] : [],
    lastSuccessful: lastSuccessful === void 0 ? [] : [{ rev: lastSuccessful, ref: lastSuccessful, how: "last-successful", exact: true, fetch: lastSuccessful }]
  };
}

// ../../packages/change-detection/dist/errors.js
var ChangeDetectionError = class extends Error {
  name = "ChangeDetectionError";
  code;
  /** Byte or character offset of the record that cannot be read. */
  offset;
  constructor(message, offset, options) {
    super(message, options);
    this.code = "CHANGE_DETECTION_UNREADABLE_OUTPUT";
    this.offset = offset;
  }
};

// ../../packages/change-detection/dist/explain-failure.js
import { existsSync as existsSync2 } from "node:fs";
var MINIMUM_VERSION = [2, 30];
function unknown(code, message, remedy) {
  return { known: false, code, message, remedy };
}
function shellQuote(text2) {
  return /^[\w@%+=:,./-]+$/.test(text2) ? text2 : `'${text2.replaceAll("'", String.raw`'\''`)}'`;
}
function firstLine(stderr) {
  const lines = stderr.split("\n").map((line) => line.trim());
  return lines.find((line) => line !== "") ?? "git said nothing";
}
async function tooOld(git, cwd) {
  const { stdout } = await git(["--version"], { cwd });
  const match = /(\d+)\.(\d+)/.exec(stdout.toString("utf8"));
  if (match === null)
    return void 0;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major < MINIMUM_VERSION[0] || major === MINIMUM_VERSION[0] && minor < MINIMUM_VERSION[1] ? match[0] : void 0;
}
async function explainFailure(result, git, directory) {
  if (result.outcome === "timed-out") {
    return unknown("git-timeout", "git did not answer in time", "Raise `timeoutMs`, or look for a hanging filter or file system");
  }
  if (result.outcome === "not-started") {
    return existsSync2(directory) ? unknown("git-missing", "git cannot be started", "Install git 2.30 or newer and put it on PATH") : unknown("not-a-repository", "the directory does not exist", "Name an existing directory inside a git repository");
  }
  const { stderr } = result;
  if (stderr.includes("dubious ownership") || stderr.includes("unsafe repository")) {
    const path3 = /'([^\n]+)'/.exec(stderr)?.[1] ?? directory;
    return unknown("unsafe-ownership", "git refuses a repository that belongs to another user", `git config --global --add safe.directory ${shellQuote(path3)}`);
  }
  if (stderr.includes("not a git repository")) {
    return unknown("not-a-repository", firstLine(stderr), "Run inside a git repository, or create one with: git init");
  }
  if (stderr.includes("must be run in a work tree")) {
    return unknown("no-work-tree", "the repository is bare and has no work tree", "Name `head` to compare two commits");
  }
  const old = await tooOld(git, directory);
  if (old !== void 0) {
    return unknown("git-too-old", `git ${old} is older than ${MINIMUM_VERSION.join(".")}`, "Install git 2.30 or newer");
  }
  return unknown("git-failed", firstLine(stderr), "See what `git status` and `git fsck` say in this directory");
}

// ../../packages/change-detection/dist/git-process.js
import { spawn } from "node:child_process";
var DEFAULT_TIMEOUT_MS = 6e4;
var DROPPED_VARIABLES = /* @__PURE__ */ new Set([
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_CONFIG",
  "GIT_CONFIG_PARAMETERS",
  "GIT_DEFAULT_HASH",
  "GIT_DIFF_OPTS",
  "GIT_DIR",
  "GIT_EXTERNAL_DIFF",
  "GIT_GLOB_PATHSPECS",
  "GIT_GRAFT_FILE",
  "GIT_ICASE_PATHSPECS",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_INDEX_VERSION",
  "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_LITERAL_PATHSPECS",
  "GIT_NAMESPACE",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_QUARANTINE_PATH",
  "GIT_REPLACE_REF_BASE",
  "GIT_SHALLOW_FILE",
  "GIT_WORK_TREE"
]);
function gitEnvironment(inherited) {
  const environment = {};
  for (const name of Object.keys(inherited)) {
    const value = inherited[name];
    if (value !== void 0 && !DROPPED_VARIABLES.has(name) && !name.startsWith("GIT_TRACE"))
      environment[name] = value;
  }
  environment["LC_ALL"] = "C";
  environment["LANGUAGE"] = "C";
  environment["GIT_OPTIONAL_LOCKS"] = "0";
  environment["GIT_TERMINAL_PROMPT"] = "0";
  environment["GIT_NO_LAZY_FETCH"] = "1";
  return environment;
}
function createGit(options) {
  const environment = gitEnvironment(options.environment);
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return (args, { cwd, stdin }) => new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const child = spawn("git", args, {
      cwd,
      env: environment,
      stdio: [stdin === void 0 ? "ignore" : "pipe", "pipe", "pipe"],
      windowsHide: true
    });
    const stdout = [];
    const stderr = [];
    let stderrBytes = 0;
    const finish = (outcome, exitCode) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      const [only] = stdout;
      resolve({
        outcome,
        exitCode,
        stdout: stdout.length === 1 && only !== void 0 ? only : Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString("utf8")
      });
    };
    const end = () => {
      child.kill("SIGKILL");
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const abort = () => {
      end();
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      end();
      finish("timed-out", null);
    }, timeoutMs);
    signal?.addEventListener("abort", abort, { once: true });
    child.on("error", (error) => {
      stderr.push(Buffer.from(String(error)));
      finish("not-started", null);
    });
    child.on("close", (exitCode) => finish("exited", exitCode));
    child.stdout?.on("data", (chunk) => stdout.push(chunk));
    child.stderr?.on("data", (chunk) => {
      if (stderrBytes < 65536)
        stderr.push(chunk);
      stderrBytes += chunk.length;
    });
    if (stdin !== void 0) {
      child.stdin?.on("error", () => {
      });
      child.stdin?.end(stdin);
    }
  });
}

// ../../packages/change-detection/dist/net-changes.js
var SUBMODULE_MODE = "160000";
var EMPTY_BLOBS = /* @__PURE__ */ new Set([
  "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
  "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"
]);
function statusOf(facts) {
  const { base, work } = facts;
  if (facts.unmerged)
    return "unmerged";
  if (base === void 0) {
    if (work === void 0)
      return void 0;
    return facts.untracked && facts.index === void 0 ? "untracked" : "added";
  }
  if (work === void 0)
    return "deleted";
  if (base.mode.slice(0, 3) !== work.mode.slice(0, 3))
    return "type-change";
  if (base.id !== work.id)
    return base.mode === SUBMODULE_MODE ? "submodule" : "modified";
  if (base.mode !== work.mode)
    return "mode-change";
  return facts.untracked && facts.index === void 0 && facts.head !== void 0 ? "deleted" : void 0;
}
function layersOf(facts, other) {
  const layers = [];
  if (facts.committed || other?.committed === true)
    layers.push("committed");
  if (facts.staged || other?.staged === true)
    layers.push("staged");
  if (facts.unstaged || other?.unstaged === true)
    layers.push("unstaged");
  if (facts.untracked || other?.untracked === true)
    layers.push("untracked");
  return layers;
}
var baseName = (name) => name.path.slice(name.path.lastIndexOf("/") + 1);
var contentKey = (state2) => `${state2.mode.slice(0, 3)} ${state2.id}`;
function pairRenames(drafts, hints) {
  const deleted = /* @__PURE__ */ new Set();
  const created = [];
  for (const [key, { status, facts }] of drafts) {
    if (status === "deleted" && facts.work === void 0)
      deleted.add(key);
    else if (status === "added" || status === "untracked")
      created.push(key);
  }
  const pairs = /* @__PURE__ */ new Map();
  if (deleted.size === 0 || created.length === 0)
    return pairs;
  const cameFrom = new Map(hints.map((hint) => [nameKey(hint.to), nameKey(hint.from)]));
  for (const key of created) {
    let old = cameFrom.get(key);
    for (let steps = 0; old !== void 0 && !deleted.has(old) && steps <= hints.length; steps += 1) {
      old = cameFrom.get(old);
    }
    if (old !== void 0 && deleted.delete(old))
      pairs.set(key, old);
  }
  const byContent = /* @__PURE__ */ new Map();
  for (const key of deleted) {
    const base = drafts.get(key)?.facts.base;
    if (base !== void 0 && !EMPTY_BLOBS.has(base.id)) {
      const list2 = byContent.get(contentKey(base));
      if (list2 === void 0)
        byContent.set(contentKey(base), [key]);
      else
        list2.push(key);
    }
  }
  for (const key of byContent.size === 0 ? [] : created) {
    const facts = drafts.get(key)?.facts;
    if (facts?.work === void 0 || pairs.has(key))
      continue;
    const candidates = byContent.get(contentKey(facts.work));
    if (candidates === void 0 || candidates.length === 0)
      continue;
    const wanted = baseName(facts.name);
    const sameName = candidates.findIndex((old2) => baseName(drafts.get(old2)?.facts.name ?? facts.name) === wanted);
    const [old] = candidates.splice(Math.max(0, sameName), 1);
    if (old !== void 0)
      pairs.set(key, old);
  }
  return pairs;
}
function netChanges(facts, hints) {
  const drafts = /* @__PURE__ */ new Map();
  for (const one of facts) {
    const status = statusOf(one);
    if (status !== void 0)
      drafts.set(nameKey(one.name), { facts: one, status });
  }
  const pairs = pairRenames(drafts, hints);
  const paired = new Set(pairs.values());
  const changes = [];
  for (const [key, { facts: one, status }] of drafts) {
    if (paired.has(key))
      continue;
    const old = pairs.get(key);
    const previous = old === void 0 ? void 0 : drafts.get(old)?.facts;
    const change = {
      path: one.name.path,
      ...previous === void 0 ? void 0 : { previousPath: previous.name.path },
      status: previous === void 0 ? status : "renamed",
      layers: layersOf(one, previous),
      ...one.name.bytes === void 0 ? void 0 : { pathBytes: one.name.bytes },
      ...previous?.name.bytes === void 0 ? void 0 : { previousPathBytes: previous.name.bytes }
    };
    changes.push(change);
  }
  return changes.sort((a, b) => compareNames(a.path, a.pathBytes, b.path, b.pathBytes));
}

// ../../packages/change-detection/dist/parse-diff-tree.js
var ABSENT = "000000";
function parseDiffTree(output) {
  const { text: text2, toName } = decodeOutput(output);
  const entries = [];
  let start = 0;
  while (start < text2.length) {
    const headEnd = text2.indexOf("\0", start);
    const idLength = text2.indexOf(" ", start + 15) - (start + 15);
    const nameEnd = headEnd === -1 ? -1 : text2.indexOf("\0", headEnd + 1);
    if (text2[start] !== ":" || nameEnd === -1 || idLength !== 40 && idLength !== 64) {
      throw new ChangeDetectionError("Cannot read git diff-tree: a record is cut off or unknown", start);
    }
    const modeBefore = text2.slice(start + 1, start + 7);
    const modeAfter = text2.slice(start + 8, start + 14);
    const idsAt = start + 15;
    const before = modeBefore === ABSENT ? void 0 : { mode: modeBefore, id: text2.slice(idsAt, idsAt + idLength) };
    const afterAt = idsAt + idLength + 1;
    const after = modeAfter === ABSENT ? void 0 : { mode: modeAfter, id: text2.slice(afterAt, afterAt + idLength) };
    const status = text2[afterAt + idLength + 1];
    const first = toName(text2.slice(headEnd + 1, nameEnd));
    if (status === "R" || status === "C") {
      const secondEnd = text2.indexOf("\0", nameEnd + 1);
      if (secondEnd === -1) {
        throw new ChangeDetectionError("Cannot read git diff-tree: a rename has no second name", start);
      }
      const name = toName(text2.slice(nameEnd + 1, secondEnd));
      entries.push(status === "R" ? { name, from: first, before, after } : { name, from: void 0, before: void 0, after });
      start = secondEnd + 1;
    } else {
      entries.push({ name: first, from: void 0, before, after });
      start = nameEnd + 1;
    }
  }
  return entries;
}

// ../../packages/change-detection/dist/parse-status.js
var ABSENT2 = "000000";
var DOT = 46;
function state(mode, id) {
  return mode === ABSENT2 ? void 0 : { mode, id };
}
function parseStatus(output) {
  const { text: text2, toName } = decodeOutput(output);
  const entries = [];
  let headOid;
  let branch;
  let start = 0;
  while (start < text2.length) {
    const recordStart = start;
    const end = text2.indexOf("\0", start);
    const kind = text2[start];
    if (end === -1 || text2[start + 1] !== " ") {
      throw new ChangeDetectionError("Cannot read git status: a record is cut off or unknown", start);
    }
    start = end + 1;
    if (kind === "#") {
      if (text2.startsWith("# branch.oid ", recordStart)) {
        const oid = text2.slice(recordStart + 13, end);
        headOid = oid === "(initial)" ? null : oid;
      } else if (text2.startsWith("# branch.head ", recordStart)) {
        const name = text2.slice(recordStart + 14, end);
        branch = name === "(detached)" ? null : name;
      }
    } else if (kind === "?") {
      entries.push({
        name: toName(text2.slice(recordStart + 2, end)),
        from: void 0,
        isWorkRename: false,
        head: void 0,
        index: void 0,
        workMode: void 0,
        staged: false,
        unstaged: false,
        untracked: true,
        unmerged: false,
        submodule: void 0
      });
    } else if (kind === "1" || kind === "2" || kind === "u") {
      const modes = kind === "u" ? 4 : 3;
      const idsAt = recordStart + 10 + modes * 7;
      const idLength = text2.indexOf(" ", idsAt) - idsAt;
      let nameAt = idsAt + (modes - 1) * (idLength + 1);
      let from;
      if (kind === "2") {
        const scoreEnd = text2.indexOf(" ", nameAt);
        const fromEnd = text2.indexOf("\0", start);
        if (scoreEnd === -1 || scoreEnd > end || fromEnd === -1) {
          throw new ChangeDetectionError("Cannot read git status: a rename has no second name", recordStart);
        }
        nameAt = scoreEnd + 1;
        from = toName(text2.slice(start, fromEnd));
        start = fromEnd + 1;
      }
      if (idLength !== 40 && idLength !== 64 || nameAt >= end) {
        throw new ChangeDetectionError("Cannot read git status: a record has an unknown shape", recordStart);
      }
      const mode = (position) => text2.slice(recordStart + 10 + position * 7, recordStart + 16 + position * 7);
      const id = (position) => text2.slice(idsAt + position * (idLength + 1), idsAt + position * (idLength + 1) + idLength);
      const x = text2.charCodeAt(recordStart + 2);
      const y = text2.charCodeAt(recordStart + 3);
      const unmerged = kind === "u";
      const isWorkRename = from !== void 0 && x === DOT;
      const workMode = mode(modes - 1);
      entries.push({
        name: toName(text2.slice(nameAt, end)),
        from,
        isWorkRename,
        // The first fields of a rename describe the old path, which the new one does not share.
        head: unmerged ? state(mode(1), id(1)) : from === void 0 ? state(mode(0), id(0)) : void 0,
        index: unmerged || isWorkRename ? void 0 : state(mode(1), id(1)),
        workMode: workMode === ABSENT2 ? void 0 : workMode,
        staged: x !== DOT && !unmerged,
        unstaged: y !== DOT || unmerged,
        untracked: false,
        unmerged,
        submodule: text2[recordStart + 5] === "S" ? {
          moved: text2[recordStart + 6] === "C",
          dirty: text2[recordStart + 7] === "M" || text2[recordStart + 8] === "U"
        } : void 0
      });
      if (from !== void 0) {
        entries.push({
          name: from,
          from: void 0,
          isWorkRename: false,
          head: state(mode(isWorkRename ? 1 : 0), id(isWorkRename ? 1 : 0)),
          index: isWorkRename ? state(mode(1), id(1)) : void 0,
          workMode: void 0,
          staged: !isWorkRename,
          unstaged: isWorkRename,
          untracked: false,
          unmerged: false,
          submodule: void 0
        });
      }
    } else if (kind !== "!") {
      throw new ChangeDetectionError("Cannot read git status: a record is of an unknown kind", recordStart);
    }
  }
  return { headOid, branch, entries };
}

// ../../packages/change-detection/dist/read-repository.js
var REMOTE_DEFAULT = "refs/remotes/origin/HEAD";
var isOid2 = (line) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(line);
function parseComparison(lines) {
  const [headOid, baseOid, mergeBase] = lines;
  if (headOid === void 0 || baseOid === void 0 || !isOid2(headOid) || !isOid2(baseOid))
    return void 0;
  return { baseOid, headOid, mergeBase: mergeBase?.startsWith("^") === true ? mergeBase.slice(1) : void 0 };
}
var commitOf = (rev) => `${rev}^{commit}`;
var between = (base, head) => `${commitOf(base)}...${commitOf(head)}`;
var DISCOVERY = [
  "rev-parse",
  "--show-toplevel",
  "--is-inside-work-tree",
  "--show-prefix",
  "--is-shallow-repository"
];
var LOCAL_DEFAULTS = [
  "--glob=refs/heads/mai[n]",
  "--is-inside-git-dir",
  "--glob=refs/heads/maste[r]",
  "--is-inside-git-dir"
];
function parseDiscovery(stdout, isBare, askedDefaults) {
  const topEnd = isBare ? stdout.indexOf("\n") : stdout.indexOf("\ntrue\n");
  if (topEnd < 1)
    return void 0;
  const root = stdout.slice(0, topEnd);
  const rest = stdout.slice(isBare ? topEnd + 1 : topEnd + 6);
  const match = /(?:^|\n)(true|false)\n/.exec(rest);
  if (match === null)
    return void 0;
  const prefix = isBare ? "" : rest.slice(0, match.index);
  const lines = rest.slice(match.index + match[0].length).split("\n");
  const localDefaults = [];
  let at = 0;
  for (const name of askedDefaults ? ["main", "master"] : []) {
    for (; at < lines.length && lines[at] !== "false" && lines[at] !== "true"; at += 1) {
      const oid = lines[at];
      if (oid !== void 0 && isOid2(oid))
        localDefaults.push({ name, oid });
    }
    at += 1;
  }
  if (lines[at] !== "--end-of-options")
    return void 0;
  const head = lines[at + 1] ?? "";
  return {
    root,
    prefix,
    isShallow: match[1] === "true",
    localDefaults,
    headOid: isOid2(head) ? head : null,
    comparison: parseComparison(lines.slice(at + 2))
  };
}
function cannotResolve(candidate, isShallow) {
  if (isShallow && /[\^~]/.test(candidate.rev)) {
    return unknown("shallow", `the clone is shallow and does not reach ${candidate.ref}`, "git fetch --unshallow origin (in GitHub Actions: actions/checkout with fetch-depth: 0)");
  }
  if (/^0+$/.test(candidate.rev)) {
    return unknown("unknown-ref", "the base is all zeros: there was no commit before (a new branch)", "Name an existing base, or none to count from the default branch");
  }
  return unknown("unknown-ref", `the base ${JSON.stringify(candidate.ref)} is not a commit of this repository`, `git fetch ${isShallow ? "--unshallow " : ""}origin ${shellQuote(candidate.fetch)}`);
}
async function readRepository(git, options) {
  const { directory, head: headName, mode, candidates } = options;
  const head = headName ?? "HEAD";
  const { explicit, ci, pullRequestMerge, lastSuccessful } = candidates;
  const first = [...explicit, ...ci, ...pullRequestMerge, ...lastSuccessful].find((one) => one.requires === void 0);
  const ask = (discovery) => git([
    ...discovery,
    ...first === void 0 ? LOCAL_DEFAULTS : [],
    "--end-of-options",
    commitOf(head),
    between(first?.rev ?? REMOTE_DEFAULT, head)
  ], { cwd: directory });
  let result = await ask(DISCOVERY);
  let isBare = false;
  if (headName !== void 0 && result.stderr.includes("must be run in a work tree")) {
    isBare = true;
    result = await ask(["rev-parse", "--absolute-git-dir", "--is-shallow-repository"]);
  }
  const found = result.outcome === "exited" ? parseDiscovery(result.stdout.toString("utf8"), isBare, first === void 0) : void 0;
  if (found === void 0)
    return explainFailure(result, git, directory);
  const { root, prefix, isShallow, headOid } = found;
  if (headOid === null) {
    if (headName !== void 0) {
      const head2 = { rev: headName, ref: headName, how: "explicit", exact: true, fetch: headName };
      const why = cannotResolve(head2, isShallow);
      return {
        root,
        prefix,
        headOid: void 0,
        base: { ...why, message: why.message.replace("the base", "the head") }
      };
    }
    const stands = await git(["rev-parse", "--verify", "-q", "HEAD"], { cwd: directory });
    const isUnborn = stands.exitCode === 1;
    const base = !isUnborn ? unknown("git-failed", "HEAD does not lead to a commit", "See what `git status` and `git fsck` say in this directory") : explicit.length === 0 ? { oid: null, ref: "HEAD", how: "unborn" } : unknown("no-merge-base", "HEAD has no commit yet, so it shares none with the base", "Commit first, or name no base");
    return { root, prefix, headOid: isUnborn ? null : void 0, base };
  }
  const compare = async (rev) => {
    if (rev === (first?.rev ?? REMOTE_DEFAULT))
      return found.comparison;
    if (rev.includes("\0"))
      return void 0;
    const { stdout } = await git(["rev-parse", "--end-of-options", between(rev, headOid)], { cwd: directory });
    return parseComparison(stdout.toString("utf8").split("\n").slice(1));
  };
  const choose = async (list2) => {
    let problem2;
    for (const candidate of list2) {
      if (candidate.requires !== void 0) {
        const other = await compare(candidate.requires);
        if (other === void 0 && !isShallow)
          continue;
      }
      const comparison = await compare(candidate.rev);
      if (comparison === void 0) {
        problem2 ??= cannotResolve(candidate, isShallow);
      } else if (candidate.exact || mode === "exact") {
        return { oid: comparison.baseOid, ref: candidate.ref, how: candidate.how };
      } else if (comparison.mergeBase !== void 0) {
        return { oid: comparison.mergeBase, ref: candidate.ref, how: candidate.how };
      } else if (isShallow) {
        problem2 = unknown("shallow", `the clone is shallow and does not reach the merge base with ${candidate.ref}`, "git fetch --unshallow origin (in GitHub Actions: actions/checkout with fetch-depth: 0)");
      } else {
        problem2 = unknown("no-merge-base", `${candidate.ref} and ${headName ?? "HEAD"} have no commit in common`, 'Compare exactly (mode "exact"), or name another base');
      }
    }
    return problem2;
  };
  const answer = (base) => ({ root, prefix, headOid, base });
  if (explicit.length > 0) {
    const base = await choose(explicit);
    if (base !== void 0)
      return answer(base);
  }
  let problem;
  for (const list2 of [ci, pullRequestMerge]) {
    const base = await choose(list2);
    if (base === void 0)
      continue;
    if (!("known" in base))
      return answer(base);
    problem ??= base;
  }
  if (problem !== void 0)
    return answer(problem);
  const last = await choose(lastSuccessful);
  if (last !== void 0 && !("known" in last))
    return answer(last);
  const atHead = { oid: headOid, ref: headName ?? "HEAD", how: "head" };
  const byDefault = await chooseDefault();
  if (last !== void 0 && !("known" in byDefault) && byDefault.oid === headOid)
    return answer(last);
  return answer(byDefault);
  async function chooseDefault() {
    const remote = await compare(REMOTE_DEFAULT);
    if (remote !== void 0) {
      const base = await choose([
        { rev: REMOTE_DEFAULT, ref: "origin/HEAD", how: "remote-default", exact: false, fetch: "HEAD" }
      ]);
      return base ?? atHead;
    }
    for (const name of ["main", "master"]) {
      const rev = `refs/heads/${name}`;
      const local = first === void 0 ? found?.localDefaults.find((branch) => branch.name === name)?.oid : (await compare(rev))?.baseOid;
      if (local === void 0)
        continue;
      if (local === headOid)
        return atHead;
      const base = await choose([{ rev, ref: name, how: "default-branch", exact: false, fetch: name }]);
      if (base !== void 0)
        return base;
    }
    return atHead;
  }
}

// ../../packages/change-detection/dist/read-work-states.js
import { createHash as createHash2 } from "node:crypto";
import { lstatSync as lstatSync2, readlinkSync } from "node:fs";

// ../../packages/change-detection/dist/parse-ls-files.js
function parseLsFiles(output, isDropped) {
  const { text: text2, toName } = decodeOutput(output);
  const files = [];
  let start = 0;
  let mode = "100644";
  const idLength = text2.indexOf(" ", 7) - 7;
  const nameOffset = 7 + idLength + 3;
  while (start < text2.length) {
    const end = text2.indexOf("\0", start + nameOffset);
    if (end === -1 || text2.charCodeAt(start + nameOffset - 1) !== 9) {
      throw new ChangeDetectionError("Cannot read git ls-files: a record is cut off or unknown", start);
    }
    if (text2.charCodeAt(start + nameOffset - 2) === 48) {
      const name = toName(text2.slice(start + nameOffset, end));
      if (isDropped === void 0 || !isDropped(nameKey(name))) {
        if (!text2.startsWith(mode, start))
          mode = text2.slice(start, start + 6);
        const id = text2.slice(start + 7, start + 7 + idLength);
        files.push(name.bytes === void 0 ? { path: name.path, mode, id } : { path: name.path, mode, id, pathBytes: name.bytes });
      }
    }
    start = end + 1;
  }
  return files;
}

// ../../packages/change-detection/dist/read-work-states.js
var STATUS_ARGS = [
  "--no-optional-locks",
  "-c",
  "status.renameLimit=1000",
  "-c",
  // A missing order file would end git; this one cancels the setting.
  "diff.orderFile=/dev/null",
  "status",
  "--porcelain=v2",
  "-z",
  "--untracked-files=all",
  "--branch",
  "--no-ahead-behind",
  "--find-renames=50%",
  "--ignore-submodules=none"
];
var LS_FILES_ARGS = [
  "--no-optional-locks",
  "ls-files",
  "-s",
  "-z",
  "--full-name",
  "--",
  ":/"
];
var UNREADABLE = "unreadable";
var FILES_PER_TURN = 500;
var toBytes = (name) => name.bytes === void 0 ? Buffer.from(name.path, "utf8") : Buffer.from(name.bytes);
function onDisk(root, name) {
  return name.bytes === void 0 ? `${root}/${name.path}` : Buffer.concat([Buffer.from(`${root}/`), name.bytes]);
}
function toStdinLine(name) {
  const bytes = toBytes(name);
  const needsQuotes = bytes[0] === 34 || bytes.includes(10) || bytes.includes(13);
  if (!needsQuotes)
    return Buffer.concat([bytes, Buffer.from("\n")]);
  const quoted = bytes.toString("latin1").replaceAll(/["\\\n\r]/g, (character) => character === "\n" ? String.raw`\n` : character === "\r" ? String.raw`\r` : `\\${character}`);
  return Buffer.from(`"${quoted}"
`, "latin1");
}
function blobId(content, idLength) {
  return createHash2(idLength === 64 ? "sha256" : "sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
async function hashFiles(git, root, names) {
  const ids = [];
  while (ids.length < names.length) {
    const rest = names.slice(ids.length);
    const result = await git(["hash-object", "--stdin-paths"], {
      cwd: root,
      stdin: Buffer.concat(rest.map(toStdinLine))
    });
    const lines = result.stdout.toString("latin1").split("\n").slice(0, -1);
    ids.push(...lines.slice(0, rest.length));
    if (ids.length === names.length)
      break;
    ids.push(void 0);
    if (result.outcome !== "exited") {
      while (ids.length < names.length)
        ids.push(void 0);
    }
  }
  return ids;
}
async function nestedState(git, directory, isDirty) {
  const [status, list2] = await Promise.all([
    git(isDirty ? STATUS_ARGS : ["rev-parse", "--verify", "-q", "HEAD"], { cwd: directory }),
    isDirty ? git(LS_FILES_ARGS, { cwd: directory }) : void 0
  ]);
  if (status.exitCode !== 0)
    return { mode: "160000", id: UNREADABLE };
  if (list2 === void 0)
    return { mode: "160000", id: status.stdout.toString("latin1").trim() };
  const report = parseStatus(status.stdout);
  const commit = report.headOid ?? "unborn";
  if (report.entries.length === 0)
    return { mode: "160000", id: commit };
  const states = await readWorkStates(git, directory, report.entries, commit.length === 64 ? 64 : 40);
  return { mode: "160000", id: `${commit}+${fingerprintFiles(listFiles(list2.stdout, report.entries, states))}` };
}
async function readWorkStates(git, root, entries, idLength) {
  const states = /* @__PURE__ */ new Map();
  const regular = [];
  const modes = [];
  let looked = 0;
  for (const entry of entries) {
    const { name } = entry;
    const key = nameKey(name);
    if (!entry.unstaged && !entry.untracked)
      continue;
    if (entry.workMode === void 0 && !entry.untracked) {
      if (!states.has(key))
        states.set(key, void 0);
      continue;
    }
    looked += 1;
    if (looked % FILES_PER_TURN === 0)
      await new Promise((resolve) => setImmediate(resolve));
    if (entry.submodule !== void 0 || name.path.endsWith("/")) {
      const dirty = entry.submodule === void 0 || entry.submodule.dirty;
      states.set(key, await nestedState(git, `${root}/${name.path}`, dirty));
      continue;
    }
    const path3 = onDisk(root, name);
    try {
      const stats = lstatSync2(path3, { throwIfNoEntry: false });
      if (stats === void 0)
        states.set(key, void 0);
      else if (stats.isSymbolicLink()) {
        states.set(key, { mode: "120000", id: blobId(readlinkSync(path3, { encoding: "buffer" }), idLength) });
      } else if (stats.isFile()) {
        regular.push(name);
        const isExecutable = process.platform !== "win32" && (stats.mode & 64) !== 0;
        const known = entry.workMode?.startsWith("100") === true ? entry.workMode : void 0;
        modes.push(known ?? (isExecutable ? "100755" : "100644"));
      } else
        states.set(key, void 0);
    } catch {
      states.set(key, { mode: entry.workMode ?? "100644", id: UNREADABLE });
    }
  }
  const ids = regular.length === 0 ? [] : await hashFiles(git, root, regular);
  for (const [position, name] of regular.entries()) {
    const id = ids[position];
    const mode = modes[position] ?? "100644";
    const isGone = id === void 0 && lstatSync2(onDisk(root, name), { throwIfNoEntry: false }) === void 0;
    states.set(nameKey(name), isGone ? void 0 : { mode, id: id ?? UNREADABLE });
  }
  return states;
}
function listFiles(lsFiles, entries, states) {
  if (entries.length === 0)
    return parseLsFiles(lsFiles, void 0);
  const files = parseLsFiles(lsFiles, (key) => states.has(key));
  for (const entry of entries) {
    const state2 = states.get(nameKey(entry.name));
    if (state2 === void 0 || !entry.unstaged && !entry.untracked)
      continue;
    const { path: path3, bytes } = entry.name;
    files.push(bytes === void 0 ? { path: path3, ...state2 } : { path: path3, ...state2, pathBytes: bytes });
  }
  return files;
}

// ../../packages/change-detection/dist/inspect-worktree.js
var DIFF_TREE_ARGS = [
  "diff-tree",
  "-r",
  "-z",
  "--raw",
  "--no-abbrev",
  "--no-relative",
  "--no-ext-diff",
  "--no-textconv",
  "--ignore-submodules=none"
];
function checkOptions(action, options) {
  const { directory, base, head, mode, timeoutMs } = options;
  if (typeof directory !== "string" || directory === "" || directory.includes("\0")) {
    throw new TypeError(`Cannot ${action}: \`directory\` must be a path, got ${JSON.stringify(directory)}`);
  }
  for (const [name, value] of [
    ["base", base],
    ["head", head]
  ]) {
    if (value !== void 0 && (typeof value !== "string" || value === "" || value.includes("\0"))) {
      throw new TypeError(`Cannot ${action}: \`${name}\` must be a revision, got ${JSON.stringify(value)}`);
    }
  }
  if (mode !== void 0 && mode !== "merge-base" && mode !== "exact") {
    throw new RangeError(`Cannot ${action}: \`mode\` must be "merge-base" or "exact", got ${JSON.stringify(mode)}`);
  }
  if (timeoutMs !== void 0 && !(timeoutMs > 0 && timeoutMs <= 2 ** 31 - 1)) {
    throw new RangeError(`Cannot ${action}: \`timeoutMs\` must be a positive number up to 2147483647, got ${timeoutMs}`);
  }
}
function joinFacts(diff, work) {
  const facts = /* @__PURE__ */ new Map();
  const add = (one) => {
    facts.set(nameKey(one.name), one);
  };
  const flags = { committed: false, staged: false, unstaged: false, untracked: false, unmerged: false };
  for (const { name, from, before, after } of diff) {
    const base = from === void 0 ? before : void 0;
    add({ name, base, head: after, index: after, work: after, ...flags, committed: true });
    if (from !== void 0) {
      add({ name: from, base: before, head: void 0, index: void 0, work: void 0, ...flags, committed: true });
    }
  }
  for (const entry of work?.report.entries ?? []) {
    const key = nameKey(entry.name);
    const known = facts.get(key);
    const one = known ?? {
      name: entry.name,
      base: entry.head,
      head: entry.head,
      index: void 0,
      work: void 0,
      ...flags
    };
    if (known === void 0)
      add(one);
    if (entry.untracked) {
      one.untracked = true;
      one.work = work?.states.get(key);
      continue;
    }
    one.index = entry.index;
    one.staged = entry.staged;
    one.unmerged = entry.unmerged;
    one.work = entry.unstaged ? work?.states.get(key) : entry.index;
    one.unstaged = entry.unstaged && (entry.unmerged || !isSame(one.index, one.work));
  }
  return facts;
}
function isSame(a, b) {
  return a === b || a !== void 0 && b !== void 0 && a.id === b.id && a.mode === b.mode;
}
function excluder(exclude, prefix) {
  if (exclude === void 0 || exclude.length === 0)
    return void 0;
  const folders = exclude.map((one) => `${prefix}${one.replace(/^\.\//, "").replace(/\/+$/, "")}`);
  return (path3) => folders.some((folder) => path3 === folder || path3.startsWith(`${folder}/`));
}
async function readDiffTree(git, root, baseOid, headOid) {
  const revisions = ["--end-of-options", baseOid, headOid, "--"];
  let result = await git([...DIFF_TREE_ARGS, "-M", "-l1000", ...revisions], { cwd: root });
  if (result.outcome === "exited" && result.exitCode !== 0) {
    result = await git([...DIFF_TREE_ARGS, "--no-renames", ...revisions], { cwd: root });
  }
  return result.exitCode === 0 ? parseDiffTree(result.stdout) : result;
}
async function inspect(options, wantsFiles) {
  const { directory, head, mode = "merge-base", signal, timeoutMs } = options;
  const git = createGit({ environment: process.env, signal, timeoutMs });
  const candidates = baseCandidates(options, options.environment ?? process.env);
  const wantsWorkTree = wantsFiles || head === void 0;
  const [statusAnswer, listAnswer, committedAnswer] = [
    wantsWorkTree ? git(STATUS_ARGS, { cwd: directory }) : void 0,
    wantsFiles ? git(LS_FILES_ARGS, { cwd: directory }) : void 0,
    readCommitted()
  ];
  const [status, list2, { repository, diff }] = await Promise.all([statusAnswer, listAnswer, committedAnswer]);
  async function readCommitted() {
    const repository2 = await readRepository(git, { directory, head, mode, candidates });
    if ("known" in repository2 || "known" in repository2.base)
      return { repository: repository2, diff: [] };
    const { root: root2, base: base2, headOid } = repository2;
    if (base2.oid === null || headOid === null || headOid === void 0 || base2.oid === headOid) {
      return { repository: repository2, diff: [] };
    }
    return { repository: repository2, diff: await readDiffTree(git, root2, base2.oid, headOid) };
  }
  if ("known" in repository)
    return { changes: repository, files: void 0 };
  const { root, prefix, base } = repository;
  const isExcluded = excluder(options.exclude, prefix);
  let work;
  if (status?.exitCode === 0) {
    const report = parseStatus(status.stdout);
    const entries = isExcluded === void 0 ? report.entries : report.entries.filter((entry) => !isExcluded(entry.name.path));
    const idLength = idLengthOf(report, list2?.stdout);
    work = {
      report: { ...report, entries },
      states: entries.length === 0 ? /* @__PURE__ */ new Map() : await readWorkStates(git, root, entries, idLength)
    };
  }
  let files;
  if (work !== void 0 && list2?.exitCode === 0) {
    const all = listFiles(list2.stdout, work.report.entries, work.states);
    files = isExcluded === void 0 ? all : all.filter((file) => !isExcluded(file.path));
    if (work.states.size > 0) {
      files = files.toSorted((a, b) => compareNames(a.path, a.pathBytes, b.path, b.pathBytes));
    }
  }
  const give = (changes) => ({ changes, files, root, prefix });
  if (head === void 0 && work === void 0 && status !== void 0) {
    return give(await explainFailure(status, git, directory));
  }
  if ("known" in base)
    return give(base);
  if (repository.headOid === void 0) {
    return give(unknown("git-failed", "HEAD does not lead to a commit", "See what `git fsck` says in this directory"));
  }
  if (!Array.isArray(diff))
    return give(await explainFailure(diff, git, directory));
  const committed = diff;
  const facts = joinFacts(committed, head === void 0 ? work : void 0);
  if (isExcluded !== void 0) {
    for (const [key, { name }] of facts)
      if (isExcluded(name.path))
        facts.delete(key);
  }
  const hints = [];
  for (const { name, from } of committed)
    if (from !== void 0)
      hints.push({ from, to: name });
  for (const { name, from } of head === void 0 ? work?.report.entries ?? [] : []) {
    if (from !== void 0)
      hints.push({ from, to: name });
  }
  return give({
    known: true,
    root,
    prefix,
    base,
    headOid: repository.headOid,
    changes: facts.size === 0 ? [] : netChanges(facts.values(), hints)
  });
}
function idLengthOf(report, list2) {
  if (typeof report.headOid === "string")
    return report.headOid.length;
  for (const { index } of report.entries)
    if (index !== void 0)
      return index.id.length;
  return list2 !== void 0 && list2.length > 0 ? list2.indexOf(" ", 7) - 7 : 40;
}
async function inspectOrExplain(options, wantsFiles) {
  try {
    return await inspect(options, wantsFiles);
  } catch (error) {
    if (!(error instanceof ChangeDetectionError))
      throw error;
    return {
      changes: unknown("git-failed", error.message, "Report this with the output of `git version`"),
      files: void 0
    };
  }
}
async function inspectWorktree(options) {
  checkOptions("inspect the work tree", options);
  return inspectOrExplain(options, true);
}

// ../../packages/change-detection/dist/scope-to-directory.js
function cutBytes(bytes, prefix) {
  return bytes?.subarray(Buffer.byteLength(prefix, "utf8"));
}
function scopeChange(change, prefix) {
  const { path: path3, previousPath, pathBytes, previousPathBytes, layers, status } = change;
  const isInside = path3.startsWith(prefix);
  const wasInside = previousPath?.startsWith(prefix) === true;
  if (isInside) {
    const bytes2 = cutBytes(pathBytes, prefix);
    const previousBytes = wasInside ? cutBytes(previousPathBytes, prefix) : void 0;
    return {
      path: path3.slice(prefix.length),
      ...wasInside ? { previousPath: previousPath.slice(prefix.length) } : void 0,
      // What came in from outside is new in here.
      status: previousPath !== void 0 && !wasInside ? "added" : status,
      layers,
      ...bytes2 === void 0 ? void 0 : { pathBytes: bytes2 },
      ...previousBytes === void 0 ? void 0 : { previousPathBytes: previousBytes }
    };
  }
  if (!wasInside)
    return void 0;
  const bytes = cutBytes(previousPathBytes, prefix);
  return {
    path: previousPath.slice(prefix.length),
    status: "deleted",
    layers,
    ...bytes === void 0 ? void 0 : { pathBytes: bytes }
  };
}
function scopeFiles(files, prefix) {
  const inside = [];
  for (const file of files) {
    if (!file.path.startsWith(prefix))
      continue;
    const bytes = cutBytes(file.pathBytes, prefix);
    inside.push({
      path: file.path.slice(prefix.length),
      mode: file.mode,
      id: file.id,
      ...bytes === void 0 ? void 0 : { pathBytes: bytes }
    });
  }
  return inside;
}
function scopeChanges(set) {
  if (set.prefix === "")
    return set;
  const changes = [];
  for (const change of set.changes) {
    const scoped = scopeChange(change, set.prefix);
    if (scoped !== void 0)
      changes.push(scoped);
  }
  return { ...set, root: `${set.root}/${set.prefix.replace(/\/$/, "")}`, prefix: "", changes };
}
function scopeToDirectory(what, prefix = "") {
  if (!("changes" in what))
    return prefix === "" ? what : scopeFiles(what, prefix);
  if ("known" in what)
    return scopeChanges(what);
  const { changes, files, root } = what;
  if (root === void 0 || what.prefix === void 0 || what.prefix === "")
    return what;
  return {
    changes: changes.known ? scopeChanges(changes) : changes,
    files: files === void 0 ? void 0 : scopeFiles(files, what.prefix),
    root: `${root}/${what.prefix.replace(/\/$/, "")}`,
    prefix: ""
  };
}

// ../../packages/engine/dist/selection/fingerprint.js
import { createHash as createHash3 } from "node:crypto";
var FINGERPRINT_VERSION2 = 1;
function fingerprintSteps(steps, input) {
  const { files, environment, runtime } = input;
  const inputSets = input.known ?? /* @__PURE__ */ new Map();
  const relevantSets = /* @__PURE__ */ new Map();
  const hashOnce = (hashes, key, keep) => {
    let hash = hashes.get(key);
    if (hash === void 0) {
      hash = fingerprintFiles(files.filter((file) => keep(file.path)));
      hashes.set(key, hash);
    }
    return hash;
  };
  const prints = /* @__PURE__ */ new Map();
  for (const step of steps) {
    const relevance = input.relevances.get(step.id);
    if (relevance === void 0)
      continue;
    const print = (scope, fileHash) => hashParts({
      version: FINGERPRINT_VERSION2,
      scope,
      action: step.action,
      step: step.action.kind === "module" ? step.id : null,
      directory: step.directory,
      files: fileHash,
      environment: step.environment.map((name) => [name, environment[name] ?? null]),
      // Field by field: a caller may hand over more than counts.
      runtime: { platform: runtime.platform, arch: runtime.arch, nodeVersion: runtime.nodeVersion }
    });
    let relevant;
    prints.set(step.id, {
      fingerprint: print("all", hashOnce(inputSets, relevance.inputKey, relevance.isInput)),
      relevantFingerprint: () => {
        if (!relevance.narrows)
          return void 0;
        const counts2 = (path3) => relevance.judge(path3).counts;
        relevant ??= print("relevant", hashOnce(relevantSets, relevance.key(), counts2));
        return relevant;
      }
    });
  }
  return prints;
}
function hashParts(parts) {
  return createHash3("sha256").update(JSON.stringify(parts)).digest("hex");
}

// ../../packages/engine/dist/selection/relevance.js
import { normalize } from "node:path/posix";
var LOCK_FILES = /* @__PURE__ */ new Set([
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "bun.lock",
  "bun.lockb",
  "Cargo.lock",
  "go.sum",
  "uv.lock",
  "poetry.lock",
  "pdm.lock",
  "Pipfile.lock",
  "Gemfile.lock",
  "composer.lock",
  "gradle.lockfile",
  "flake.lock"
]);
function lazyMatcher(globs) {
  let matches;
  return (path3) => (matches ??= createPathMatcher(globs))(path3);
}
function createInputMatcher(inputs) {
  const matches = lazyMatcher(inputs);
  const matchesLockFile = lazyMatcher(["**", ...inputs]);
  return (path3) => LOCK_FILES.has(path3.slice(path3.lastIndexOf("/") + 1)) ? matchesLockFile(path3) : matches(path3);
}
function createRelevance(step, workflow, categoryOf) {
  const everything = () => true;
  const isDeclared = step.inputs === void 0 ? everything : createInputMatcher(step.inputs);
  const isNamed = step.inputs === void 0 ? everything : lazyMatcher(step.inputs);
  const module = step.action.kind === "module" ? normalize(step.action.module) : void 0;
  const isInput = (path3) => path3 === module || isDeclared(path3);
  const { categories, paths } = step.trigger;
  const matchesTriggerPath = paths === void 0 ? void 0 : lazyMatcher(paths);
  const skipRules = workflow.skipRules.filter((rule) => rule.steps.has(step.id));
  const ignoresDocs = workflow.skipOnDocOnly.has(step.id);
  const judge2 = (path3) => {
    if (!isInput(path3))
      return { counts: false, rule: "inputs", because: "it is no input" };
    for (const { pattern } of skipRules) {
      if (pattern.test(path3))
        return { counts: false, rule: "skip_rules", because: `skip rule ${pattern.source} matches` };
    }
    const category = categoryOf(path3);
    if (ignoresDocs && category === "docs") {
      return { counts: false, rule: "skip_on_doc_only", because: "it is a document (skip_on_doc_only)" };
    }
    if (categories === void 0 && matchesTriggerPath === void 0)
      return { counts: true };
    if (categories?.has(category) === true || matchesTriggerPath?.(path3) === true)
      return { counts: true };
    return { counts: false, rule: "when", because: `its category ${category} is not in \`when\`` };
  };
  const inputKey = JSON.stringify(step.inputs === void 0 ? null : [step.inputs, module ?? null]);
  return {
    isInput,
    isNamed,
    judge: judge2,
    narrows: categories !== void 0 || paths !== void 0 || skipRules.length > 0 || ignoresDocs,
    inputKey,
    key: () => JSON.stringify([
      inputKey,
      categories === void 0 ? null : [...categories].sort(),
      paths ?? null,
      skipRules.map((rule) => rule.pattern.source),
      ignoresDocs
    ])
  };
}

// ../../packages/engine/dist/selection/select.js
function select(input) {
  return [...input.workflow.steps.values()].map((step) => decide(step, input));
}
function decide(step, input) {
  const { request, workflow, changes } = input;
  const decision = (action, reason, explanation) => ({
    stepId: step.id,
    action,
    reason,
    explanation
  });
  if (request.steps !== void 0 && !request.steps.has(step.id)) {
    return decision("skip", "not-requested", "other steps were asked for");
  }
  if (step.stage !== void 0 && request.waitingStages.has(step.stage)) {
    return decision("skip", "awaiting-approval", `stage ${step.stage} waits for a person (--manual-trigger starts it)`);
  }
  if (request.force)
    return decision("run", "forced", "forced");
  if (!request.smartExecution)
    return decision("run", "smart-execution-off", "smart execution is off");
  if (step.trigger.always)
    return decision("run", "always", "runs every time (when.always)");
  const stored = input.replayable.get(step.id);
  if (stored !== void 0) {
    return decision("replay", "fingerprint-equal", `same fingerprint as in run ${stored.runId}`);
  }
  if (!input.filesKnown)
    return decision("run", "files-unknown", changes.known ? "files unknown" : changes.message);
  const relevance = input.relevances.get(step.id);
  const proof = input.proofs.get(step.id);
  if (proof !== void 0) {
    return decision("skip", "no-relevant-change", `${whyIrrelevant(relevance, changes)}; passed in run ${proof.runId}`);
  }
  if (!changes.known)
    return decision("run", "base-unknown", `what changed is unknown: ${changes.message}`);
  const relevant = changes.list.find((change) => counts(relevance, change));
  if (relevant !== void 0) {
    const others = changes.list.filter((change) => counts(relevance, change)).length - 1;
    const more = others === 0 ? "" : ` and ${others} more`;
    return decision("run", "relevant-change", `${relevant.path} (${relevant.category})${more} changed since ${changes.base}`);
  }
  if (workflow.base.assumeGreen) {
    return decision("skip", "base-assumed-green", `${whyIrrelevant(relevance, changes)} since ${changes.base}, which is assumed to have passed`);
  }
  return decision("run", "not-proved", `no relevant change since ${changes.base}, but no record that it passed there`);
}
function counts(relevance, change) {
  if (relevance === void 0 || relevance.judge(change.path).counts)
    return true;
  return change.previousPath !== void 0 && relevance.judge(change.previousPath).counts;
}
function whyIrrelevant(relevance, changes) {
  if (!changes.known || relevance === void 0)
    return "no relevant change";
  for (const change of changes.list) {
    const judgement = relevance.judge(change.path);
    if (!judgement.counts && judgement.rule !== "inputs") {
      return `no relevant change: ${change.path} does not count, ${judgement.because}`;
    }
  }
  return "no relevant change";
}

// ../../packages/engine/dist/run/prepare.js
var LISTED_CHANGES = 1e3;
async function prepare(options) {
  const { workflow, request, spans } = options;
  checkRequest(workflow, request);
  const { changes, files } = await spans.measure("git_operations", () => listFiles2(options.directory, options.base ?? workflow.base.ref, options.environment, options.signal));
  return spans.measure("selection", () => {
    const categories = /* @__PURE__ */ new Map();
    const categoryOf = (path3) => {
      let category = categories.get(path3);
      if (category === void 0)
        categories.set(path3, category = categorise(path3).category);
      return category;
    };
    const relevances = /* @__PURE__ */ new Map();
    for (const step of workflow.steps.values()) {
      relevances.set(step.id, createRelevance(step, workflow, categoryOf));
    }
    const prints = files === void 0 ? /* @__PURE__ */ new Map() : fingerprintSteps(workflow.steps.values(), {
      relevances,
      files,
      environment: options.environment,
      runtime: options.runtime,
      known: options.fileSets?.(files)
    });
    const replayable = /* @__PURE__ */ new Map();
    const proofs = /* @__PURE__ */ new Map();
    if (!request.force && request.smartExecution) {
      for (const step of workflow.steps.values())
        lookUp(step, prints, options.store, replayable, proofs);
    }
    const list2 = changes.known ? changes.changes.map((change) => describeChange(change)) : [];
    const decisions = select({
      workflow,
      request,
      changes: changes.known ? { known: true, base: changes.base.ref, list: list2 } : { known: false, message: changes.message },
      filesKnown: files !== void 0,
      relevances,
      replayable,
      proofs
    });
    return { decisions, changeSet: recordChanges(changes, list2), files, relevances, prints, replayable, proofs };
  });
}
async function listFiles2(directory, base, environment, signal) {
  const worktree = await inspectWorktree({
    directory,
    base,
    environment,
    exclude: [`${STATE_FOLDER_NAME}/`],
    signal
  });
  return scopeToDirectory(worktree);
}
function checkRequest(workflow, request) {
  for (const name of request.steps ?? []) {
    if (workflow.steps.has(name))
      continue;
    const nearest = suggest(name, workflow.steps.keys());
    throw new EngineError("ENGINE_UNKNOWN_STEP", `unknown step "${name}"`, {
      hint: nearest === void 0 ? `The steps are ${[...workflow.steps.keys()].join(", ")}` : `Did you mean "${nearest}"?`
    });
  }
}
function lookUp(step, prints, store, replayable, proofs) {
  const print = prints.get(step.id);
  if (print === void 0 || step.trigger.always || !step.cache)
    return;
  const success = store.find(print.fingerprint);
  if (success !== void 0) {
    replayable.set(step.id, success);
    return;
  }
  const relevant = print.relevantFingerprint();
  const proof = relevant === void 0 ? void 0 : store.find(relevant);
  if (proof !== void 0)
    proofs.set(step.id, proof);
}
function describeChange(change) {
  const { category, rule } = categorise(change.path);
  return { path: change.path, previousPath: change.previousPath, status: change.status, category, rule };
}
function recordChanges(changes, list2) {
  if (!changes.known) {
    return { known: false, code: changes.code, message: changes.message, remedy: changes.remedy };
  }
  const categories = {};
  for (const { category } of list2)
    categories[category] = (categories[category] ?? 0) + 1;
  return {
    known: true,
    base: changes.base,
    headOid: changes.headOid,
    total: list2.length,
    changes: list2.slice(0, LISTED_CHANGES),
    categories
  };
}

// ../../packages/engine/dist/run/build-tasks.js
var GATE_PREFIX = "<gate>";
function gateOf(taskId) {
  return taskId.startsWith(GATE_PREFIX) ? taskId.slice(GATE_PREFIX.length) : void 0;
}
function buildTasks(input) {
  const tasks = [];
  const gates = [];
  const gatesBefore = /* @__PURE__ */ new Map();
  for (const stage of input.stages) {
    const members = stage.steps.filter((id) => input.running.has(id));
    const before = stage.trigger === "auto" ? [] : gates.slice(-1);
    for (const id of members)
      gatesBefore.set(id, before);
    const gate = GATE_PREFIX + stage.id;
    tasks.push({ id: gate, needs: [...members, ...gates.slice(-1)], durationMs: 0 });
    gates.push(gate);
  }
  for (const id of input.running) {
    const step = input.steps.get(id);
    if (step === void 0)
      continue;
    tasks.push({
      id,
      needs: [...runningNeeds(step, input), ...gatesBefore.get(id) ?? []],
      durationMs: input.durationMs(id),
      demand: capDemand(step.demand, input.capacity),
      group: step.exclusive
    });
  }
  return tasks;
}
function runningNeeds(step, input) {
  const found = /* @__PURE__ */ new Set();
  const seen = /* @__PURE__ */ new Set();
  const open = [...step.needs];
  for (let id = open.pop(); id !== void 0; id = open.pop()) {
    if (seen.has(id))
      continue;
    seen.add(id);
    if (input.running.has(id))
      found.add(id);
    else
      open.push(...input.steps.get(id)?.needs ?? []);
  }
  return [...found];
}
function capDemand(demand, capacity) {
  return Object.fromEntries(Object.entries(demand).map(([name, amount]) => [name, Math.min(amount, capacity[name] ?? amount)]));
}
function capacityFor(steps, machine) {
  const capacity = {};
  for (const step of steps) {
    for (const name of Object.keys(step.demand)) {
      capacity[name] = name === "cpu" ? machine.cpuCount : name === "memory_mb" ? machine.memoryMb : 1;
    }
  }
  return capacity;
}

// ../../packages/engine/dist/run/schedule-steps.js
function scheduleSteps(workflow, decisions, resolved, machine, durations) {
  const running = new Set(decisions.filter(({ action }) => action === "run").map(({ stepId }) => stepId));
  if (running.size === 0)
    return void 0;
  const capacity = capacityFor(workflow.steps.values(), {
    cpuCount: machine.cpuCount,
    memoryMb: workflow.maxMemoryMb ?? machine.memoryBytes / 2 ** 20
  });
  const usual = medianOf([...running].flatMap((id) => durations.get(id) ?? []));
  const graph = createGraph(buildTasks({
    steps: workflow.steps,
    running,
    stages: resolved.stages,
    durationMs: (id) => durations.get(id) ?? usual,
    capacity
  }));
  const plan = createPlan(graph, { capacity, maxParallel: resolved.maxParallel });
  return {
    graph,
    plan,
    planned: {
      strategy: plan.strategy,
      maxParallel: resolved.maxParallel,
      capacity,
      planned: plan.tasks.filter((task) => gateOf(task.id) === void 0).map(({ id, startMs, finishMs, slot, slackMs }) => ({ id, startMs, finishMs, slot, slackMs })),
      plannedMakespanMs: plan.makespanMs,
      lowerBoundMs: plan.lowerBoundMs,
      criticalPath: plan.criticalPath.filter((id) => gateOf(id) === void 0)
    },
    unknownDurations: [...running].filter((id) => !durations.has(id))
  };
}

// ../../packages/engine/dist/run/build-record.js
function recordDecided(step, decision, prints, stored, log) {
  const origin = stored === void 0 ? void 0 : { runId: stored.runId, at: stored.at, durationMs: stored.durationMs };
  const replayed = decision.action === "replay";
  return {
    ...recordCommon(step, decision, prints),
    outcome: replayed ? "replayed" : "skipped",
    durationMs: 0,
    attempts: 0,
    log: replayed ? log : void 0,
    replayedFrom: replayed ? origin : void 0,
    provedBy: replayed ? void 0 : origin,
    waits: [],
    findings: replayed ? stored?.findings ?? [] : []
  };
}
function recordEnded(step, decision, prints, end) {
  const { verdict, startedMs, finishedMs } = end;
  return {
    ...recordCommon(step, decision, prints),
    outcome: verdict.outcome,
    startedMs,
    finishedMs,
    durationMs: startedMs === void 0 || finishedMs === void 0 ? 0 : finishedMs - startedMs,
    predictedMs: end.predictedMs,
    attempts: end.attempts,
    exitCode: verdict.exitCode,
    signal: verdict.signal,
    message: verdict.message,
    log: end.log,
    waits: end.waits,
    findings: verdict.findings
  };
}
function recordCommon(step, { action, reason, explanation }, prints) {
  return {
    id: step.id,
    kind: step.action.kind,
    stage: step.stage,
    decision: { action, reason, explanation },
    fingerprint: prints?.fingerprint
  };
}
function buildRecord(parts) {
  const { startedAtMs, durationMs, cancelled, schedule, ...rest } = parts;
  const makespanMs = actualMakespanMs(parts.steps);
  return {
    schema: "ai-workflow/run-record",
    version: 1,
    ...rest,
    startedAt: new Date(startedAtMs).toISOString(),
    // The end follows from the monotonic duration, so that a jump of the wall clock cannot put it before the start.
    finishedAt: new Date(startedAtMs + durationMs).toISOString(),
    durationMs,
    status: statusOf2(parts.steps, parts.stages, cancelled),
    schedule: schedule === void 0 ? void 0 : { ...schedule, actualMakespanMs: makespanMs },
    saved: savedBy(parts.steps, makespanMs)
  };
}
function statusOf2(steps, stages, cancelled) {
  const some = (...outcomes) => steps.some((step) => outcomes.includes(step.outcome));
  if (some("failed", "timed-out"))
    return "failed";
  if (cancelled)
    return "cancelled";
  if (some("inconclusive"))
    return "inconclusive";
  if (some("cancelled") || stages.some((stage) => stage.state === "failed" || stage.state === "closed"))
    return "failed";
  return steps.some((step) => step.decision.reason === "awaiting-approval") ? "partial" : "passed";
}
function actualMakespanMs(steps) {
  const ran = steps.filter((step) => step.startedMs !== void 0 && step.finishedMs !== void 0);
  if (ran.length === 0)
    return 0;
  const start = Math.min(...ran.map((step) => step.startedMs ?? 0));
  return Math.max(...ran.map((step) => step.finishedMs ?? 0)) - start;
}
function savedBy(steps, makespanMs) {
  const sum = (pick) => steps.reduce((total, step) => total + pick(step), 0);
  return {
    replayedMs: sum((step) => step.replayedFrom?.durationMs ?? 0),
    skippedMs: sum((step) => step.provedBy?.durationMs ?? 0),
    parallelMs: Math.max(0, sum((step) => step.durationMs) - makespanMs)
  };
}

// ../../packages/pipeline-stages/dist/evaluate-gate.js
var SEVERITIES = ["error", "warning", "info"];
function verdictOf(outcome) {
  switch (outcome) {
    case "passed":
    case "replayed":
    case "skipped":
      return "satisfied";
    case "inconclusive":
      return "inconclusive";
    case "failed":
    case "timed-out":
    case "cancelled":
      break;
  }
  return "failed";
}
function judge(stage, { outcome, findings = {} }) {
  const verdict = verdictOf(outcome);
  if (verdict !== "satisfied" || stage.minimumSeverity === void 0)
    return verdict;
  const closing = SEVERITIES.slice(0, SEVERITIES.indexOf(stage.minimumSeverity) + 1);
  return closing.some((severity) => (findings[severity] ?? 0) > 0) ? "findings" : "satisfied";
}
var list = (steps) => steps.map((step) => `"${step}"`).join(", ");
var EXPLANATIONS = {
  failed: "did not pass",
  inconclusive: "gave no conclusive result",
  findings: "found problems of a severity that closes the gate"
};
function evaluateGate(stage, results) {
  const ended = stage.steps.flatMap((id) => {
    const result = results.get(id);
    return result === void 0 ? [] : [{ id, outcome: result.outcome, verdict: judge(stage, result) }];
  });
  const closing = ended.filter(({ verdict }) => verdict !== "satisfied");
  const missing = stage.steps.filter((id) => !results.has(id));
  if (missing.length > 0 && !(stage.failFast && closing.length > 0)) {
    const explanation = `Stage "${stage.id}" still waits for ${list(missing)}`;
    return { state: "undecided", reason: "waiting-for-steps", explanation, because: missing };
  }
  for (const reason of ["failed", "inconclusive", "findings"]) {
    const because = closing.filter(({ verdict }) => verdict === reason).map(({ id }) => id);
    if (because.length === 0)
      continue;
    const explanation = `The gate of stage "${stage.id}" is closed: ${list(because)} ${EXPLANATIONS[reason]}`;
    return { state: "closed", reason, explanation, because };
  }
  return ended.every(({ outcome }) => outcome === "skipped") ? { state: "open", reason: "nothing-ran", explanation: `No step of stage "${stage.id}" had to run`, because: [] } : {
    state: "open",
    reason: "satisfied",
    explanation: `Every step of stage "${stage.id}" is satisfied`,
    because: []
  };
}

// ../../packages/engine/dist/run/stages.js
function gateOfStage(stage, steps) {
  const outcomes = new Map(stage.steps.flatMap((id) => {
    const step = steps.get(id);
    if (step === void 0)
      return [];
    const findings = { error: 0, warning: 0, info: 0 };
    for (const { severity } of step.findings)
      findings[severity]++;
    return [[id, { outcome: step.outcome, findings }]];
  }));
  return evaluateGate(stage, outcomes);
}
function recordStages(stages, steps, waiting) {
  return stages.map((stage) => {
    if (stage.steps.length === 0)
      return { id: stage.id, state: "empty" };
    if (waiting.has(stage.id))
      return { id: stage.id, state: "waiting", reason: "it waits for a person" };
    const gate = gateOfStage(stage, steps);
    return gate.state === "open" ? { id: stage.id, state: "passed" } : { id: stage.id, state: gate.state === "closed" ? "failed" : "closed", reason: gate.explanation };
  });
}

export {
  CONFIG_FILE_NAME,
  STATE_FOLDER_NAME,
  EngineError,
  appendHistory,
  createSpanRecorder,
  formatProfileLog,
  toCurrentRun,
  toHistoryLine,
  toTraceEvents,
  writeFileAtomic,
  HISTORY_FILE,
  openStateDirectory,
  createRunPaths,
  pointLatest,
  readDurations,
  fingerprintFiles,
  fingerprintSteps,
  prepare,
  listFiles2 as listFiles,
  gateOf,
  scheduleSteps,
  recordDecided,
  recordEnded,
  buildRecord,
  gateOfStage,
  recordStages
};
