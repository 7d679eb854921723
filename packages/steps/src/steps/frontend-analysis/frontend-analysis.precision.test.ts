import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import { judgePublishedMarkup } from "../../../test/published/judge-published-markup.ts";
import analyseFrontend from "./step.ts";

/** `what` is `rule file:line`. */
const problem = (from: PublishedCase["from"], what: string): PublishedCase => ({ from, what });

measurePrecision({
  step: "frontend_analysis",
  problems: [
    problem("bootstrap-tagsinput@0.7.1", "mixed-content examples/bootstrap-2.3.2.html:11"),
    problem("bootstrap-tagsinput@0.7.1", "viewport test/index.html:3"),
    problem("bootstrap-tagsinput@0.7.1", "blocking-script test/index.html:10"),
    problem("impress.js@1.1.0", "viewport qunit_test_runner.html:7"),
    problem("impress.js@1.1.0", "viewport test/core_tests_presentation.html:7"),
    problem("impress.js@1.1.0", "viewport test/non_default.html:7"),
    problem("jquery-bar-rating@1.2.2", "mixed-content examples/index.html:15"),
    problem("jquery-bar-rating@1.2.2", "mixed-content examples/index.html:41"),
    problem("jquery-bar-rating@1.2.2", "mixed-content examples/index.html:42"),
    problem("lightbox2@2.11.5", "viewport examples/index.html:3"),
    problem("lightbox2@2.11.5", "image-size examples/index.html:13"),
    problem("magnific-popup@1.1.0", "mixed-content website/index.html:86"),
    problem("magnific-popup@1.1.0", "image-size website/site-assets/ajax/test-ajax.html:8"),
    problem("magnific-popup@1.1.0", "image-size website/site-assets/ajax/test-ajax-2.html:20"),
    problem("nprogress@0.2.0", "blocking-script test/component.html:9"),
    problem("slick-carousel@1.8.1", "viewport index.html:3"),
    problem("slick-carousel@1.8.1", "image-size index.html:55"),
    problem("swipebox@1.4.4", "mixed-content index.html:16"),
    problem("swipebox@1.4.4", "image-size index.html:88"),
    problem("wowjs@1.1.3", "viewport demo.html:4"),
  ],
  lookAlikes: [
    problem("bootstrap-tagsinput@0.7.1", "examples/index.html"),
    problem("bulma-start@0.0.5", "index.html"),
    problem("cra-template@1.2.0", "template/public/index.html"),
    problem("create-vite@5.5.5", "template-lit/index.html"),
    problem("create-vite@5.5.5", "template-qwik/index.html"),
    problem("create-vite@5.5.5", "template-react/index.html"),
    problem("create-vite@5.5.5", "template-svelte/index.html"),
    problem("create-vite@5.5.5", "template-vanilla/index.html"),
    problem("create-vite@5.5.5", "template-vue/index.html"),
    problem("dropzone@5.9.3", "src/preview-template.html"),
    problem("html5-boilerplate@9.0.1", "dist/404.html"),
    problem("impress.js@1.1.0", "index.html"),
    problem("magnific-popup@1.1.0", "website/wordpress.html"),
    problem("magnific-popup@1.1.0", "website/_includes/build-tool.html"),
    problem("magnific-popup@1.1.0", "website/_includes/examples.html"),
    problem("magnific-popup@1.1.0", "website/_includes/signup.html"),
    problem("magnific-popup@1.1.0", "website/_layouts/default.html"),
    problem("magnific-popup@1.1.0", "website/site-assets/ajax/test-ajax.html"),
    problem("nprogress@0.2.0", "test/component.html"),
    problem("pickadate@3.6.4", "tests/dev/date.htm"),
    problem("pickadate@3.6.4", "tests/units/all.htm"),
    problem("vue-slider-component@3.2.24", "dist/demo.html"),
    problem("wowjs@1.1.3", "spec/javascripts/fixtures/custom.html"),
  ],
  judge: ({ what }, folder) => judgePublishedMarkup("frontend_analysis", analyseFrontend, { what, folder }),
  tells: ({ what }, findings) =>
    findings.some(({ rule, line }) => what.startsWith(`${rule} `) && what.endsWith(`:${line ?? 0}`)),
});
