// Asks the browser to keep the page's files, so that it opens without a network.

/** The only script that the page may start as a worker. */
const NAME = "sw.js";

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(text: string): string },
  ): { createScriptURL(text: string): string };
}

/**
 * Registers the service worker. Where there is none (without TLS, in a private window, forbidden), the page works as before, but
 * is not opened without a network.
 */
export async function keepForOffline(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const script = document.querySelector<HTMLScriptElement>("script[data-config]")!;
  const url = new URL(NAME, script.src).href;
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  // shared/platform/page_policy.ts allows this policy and no other.
  const policy = trustedTypes?.createPolicy("receptor-worker", {
    createScriptURL(text) {
      if (text !== url) throw new TypeError("not the page's worker");
      return text;
    },
  });
  const trusted = policy?.createScriptURL(url) ?? url;
  const folder = new URL(".", url).pathname;
  // Where storage is forbidden, the look at the workers throws already.
  const register = async (scope: string) =>
    await navigator.serviceWorker.register(trusted, { scope, updateViaCache: "none" });
  // The function lets it answer for the page's address without a slash at the end too; a static host does not.
  await register(folder.replace(/(.)\/$/, "$1")).catch(() => register(folder)).catch(() =>
    undefined
  );
}
