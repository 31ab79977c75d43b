// The project that a web page belongs to, and what a browser may do on the page.

/** What a page needs to know of its project. */
export interface PageSettings {
  /** As browsers see it, e.g. `https://<ref>.supabase.co`. */
  supabaseUrl: string;
  /** A key that is meant to be public. */
  publishableKey: string;
}

/** What a page does that others need not. */
export interface PageNeeds {
  /** It listens to changes. */
  realtime: boolean;
  /** It has a service worker: the policy of trusted types that its script's address comes by is allowed, and no other. */
  worker: boolean;
}

/** What the page may load and where it may connect: its own files, and this project's services. */
export function contentSecurityPolicy(
  supabaseUrl: string,
  { realtime, worker }: PageNeeds,
): string {
  const socket = supabaseUrl.replace(/^http/, "ws");
  const services = [
    ...["auth", "rest", "functions"].map((service) => `${supabaseUrl}/${service}/v1/`),
    ...realtime ? [`${socket}/realtime/v1/`] : [],
  ];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${services.join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    worker ? "trusted-types receptor-worker" : "trusted-types 'none'",
  ].join("; ");
}
