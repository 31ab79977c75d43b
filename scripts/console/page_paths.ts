// The paths of the console's pages, read from its route table, which only a browser can load.

const TABLE = new URL("../../functions/console/app/pages.tsx", import.meta.url);

/** First parts of the hashes, in the order of the navigation. */
export const PAGES: readonly string[] = [
  ...Deno.readTextFileSync(TABLE).matchAll(/path: "(\w+)",\s+title/g),
].map(([, path]) => path);
