import assert from "node:assert/strict";
import { test } from "node:test";
import { isStrictFile } from "#heddle/pickle/text/import-head.js";

const strict = [
  '"use strict"; x',
  "'use strict'\nx",
  '#!/usr/bin/env node\n// a\n/* b */ "use strict";',
  `${"/* licence */\n".repeat(40)}"use strict";`,
  '"use client"; /* and */ "use strict";',
  "'it\\'s' \n 'use strict'",
];
const sloppy = [
  "",
  "x",
  "x; 'use strict'",
  "// 'use strict'",
  "/* 'use strict' */ x",
  "/* not closed 'use strict'",
  "'use strict",
  "'use  strict'; x",
  '"use strict\\u0020";',
  `${"/* licence */\n".repeat(40)}x`,
];

for (const source of strict) test(`strict: ${source.slice(0, 50)}`, () => assert.equal(isStrictFile(source), true));
for (const source of sloppy) test(`sloppy: ${source.slice(0, 50)}`, () => assert.equal(isStrictFile(source), false));

test("takes time in proportion to the text", () => {
  const start = performance.now();
  assert.equal(isStrictFile(`${"/* a */ // b\n".repeat(300_000)}x`), false);
  assert.equal(isStrictFile(`${"'a';".repeat(300_000)}x`), false);
  assert.ok(performance.now() - start < 5000);
});
