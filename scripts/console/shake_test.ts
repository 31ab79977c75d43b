// What is dropped from a bundle's classes, and what is not.

import assert from "node:assert/strict";
import { shakeMethods, shortenPrivateNames } from "./shake.ts";

const BUNDLE = `// ../npm/lib/mod.js
var Library = class {
  used() {
    this._debug("used");
    return this.helper();
  }
  helper() {
    return 1;
  }
  /** Never named: unusedToo. */
  unused() {
    return this.unusedToo();
  }
  async unusedToo(options = {}) {
    if (options) {
      return 2;
    }
  }
  get size() {
    return 3;
  }
  byString() {
    return 4;
  }
  toString() {
    return "5";
  }
};
// functions/console/app/mine.ts
var Mine = class {
  untouched() {
    return 6;
  }
};
var it = new Library();
it.used();
it["byString"]();
new Mine();
`;

Deno.test("shakeMethods() drops a library's methods that nothing names, and what only they call", () => {
  const shaken = shakeMethods(BUNDLE, (path) => path.includes("/npm/"));
  const names = [...shaken.matchAll(/^ {2}(?:async |get )?(\w+)\(.*\{$/gm)].map(([, name]) => name);
  assert.deepEqual(names, ["used", "helper", "byString", "toString", "untouched"]);
});

Deno.test("shakeMethods() leaves a bundle that still runs", () => {
  const shaken = shakeMethods(BUNDLE, (path) => path.includes("/npm/"));
  assert.equal(new Function(`${shaken}; return it.used() + it.byString();`)(), 5);
});

Deno.test("shakeMethods() drops a method whose only other name nothing names", () => {
  const bundle = `// ../npm/lib/mod.js
var Library = class {
  constructor() {
    this.api = {
      used: this._used.bind(this),
      unused: this._unused.bind(this)
    };
  }
  _used() {
    return 1;
  }
  _unused() {
    return 2;
  }
};
var it = new Library();
it.api.used();
`;
  const shaken = shakeMethods(bundle, () => true);
  assert.doesNotMatch(shaken, /unused/);
  assert.equal(new Function(`${shaken}; return it.api.used();`)(), 1);
});

Deno.test("shakeMethods() drops methods that are named but never called, in their class only, and misses none", () => {
  const bundle = `// ../npm/lib/mod.js
var One = class {
  send() {
    return this.ready && this.rest();
  }
  rest() {
    return 1;
  }
};
var Two = class _Two {
  send() {
    return 2;
  }
};
new One();
new Two().send();
`;
  const shaken = shakeMethods(bundle, () => true, ["One.send"]);
  assert.doesNotMatch(shaken, /ready|rest/);
  assert.match(shaken, /return 2/);
  assert.throws(() => shakeMethods(bundle, () => true, ["One.sent"]), /no library has One\.sent/);
});

Deno.test("shakeMethods() drops the other name of a method that is never called, also where something has that name", () => {
  const bundle = `// ../npm/lib/mod.js
var Library = class {
  constructor() {
    this.api = {
      delete: this._delete.bind(this)
    };
  }
  _delete() {
    return 1;
  }
};
var it = new Library();
new Set().delete(1);
`;
  const shaken = shakeMethods(bundle, () => true, ["Library._delete"]);
  assert.doesNotMatch(shaken, /_delete/);
  assert.deepEqual(new Function(`${shaken}; return it.api;`)(), {});
});

Deno.test("shortenPrivateNames() renames members alike everywhere, but none that a string names", () => {
  const source = `class A { _long() { return this._member; } _member = 1; _named = "_named"; }`;
  const short = shortenPrivateNames(source);
  assert.doesNotMatch(short, /_long|_member/);
  assert.match(short, /_named = "_named"/);
  const member = /return this\.(\S+);/.exec(short)![1];
  assert.ok(short.includes(`${member} = 1`));
});
