import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);

// src/exit-code.ts
var EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  inconclusive: 3,
  internal: 70
};
var SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
function exitCodeOf(status, options) {
  switch (status) {
    case "passed":
      return EXIT.ok;
    case "failed":
      return EXIT.failed;
    case "partial":
      return options.requireComplete ? EXIT.inconclusive : EXIT.ok;
    case "inconclusive":
      return { pass: EXIT.ok, fail: EXIT.failed, report: EXIT.inconclusive }[options.inconclusive];
    case "cancelled":
      return 128 + ((options.signal === void 0 ? void 0 : SIGNAL_NUMBERS[options.signal]) ?? 2);
  }
}

export {
  EXIT,
  exitCodeOf
};
