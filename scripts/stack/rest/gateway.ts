// The one HTTP port of a stack, in front of its services, with the paths of a hosted project.

/** The services behind the gateway. A path that has none is answered with 404. */
export interface Services {
  /** What Auth tells everybody of itself: the public keys that it signs users' tokens with, and its name in them. */
  auth: { keySet: { keys: Record<string, unknown>[] }; issuer: string };
  rest(request: Request): Promise<Response>;
  /** @param path what follows `/functions/v1/` */
  functions?(request: Request, path: string): Promise<Response>;
  /** Catches e-mail, and shows it. */
  mail?(request: Request): Promise<Response>;
  /** The websocket, and broadcasts over HTTP. */
  realtime?(request: Request): Promise<Response>;
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, PATCH, PUT, DELETE, HEAD, OPTIONS",
  "access-control-max-age": "3600",
};

/** Answers one request by the service that its path names. */
export async function route(request: Request, services: Services): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith("/functions/v1/") && services.functions) {
    return await services.functions(request, pathname.slice("/functions/v1/".length));
  }
  if (pathname === "/realtime/v1/websocket" && services.realtime) {
    return await services.realtime(request);
  }
  if (pathname.startsWith("/realtime/v1/api/") && services.realtime) {
    return await withCors(request, services.realtime);
  }
  if (pathname.startsWith(WELL_KNOWN)) {
    return await withCors(request, () => Promise.resolve(wellKnown(pathname, services)));
  }
  if (/^\/mail(\.json|\/|$)/.test(pathname) && services.mail) return await services.mail(request);
  if (/^\/(rest|auth)\/v1(\/|$)/.test(pathname)) return await withCors(request, services.rest);
  return Response.json({ message: "no such service" }, { status: 404 });
}

const WELL_KNOWN = "/auth/v1/.well-known/";

function wellKnown(pathname: string, { auth: { keySet, issuer } }: Services): Response {
  const documents: Record<string, unknown> = {
    "jwks.json": keySet,
    "openid-configuration": { issuer, jwks_uri: `${issuer}/.well-known/jwks.json` },
  };
  const document = documents[pathname.slice(WELL_KNOWN.length)];
  if (!document) return Response.json({ message: "not found" }, { status: 404 });
  return Response.json(document, { headers: { "cache-control": "public, max-age=600" } });
}

/** Hosted gateways allow every origin for REST and Auth; functions answer for themselves. */
async function withCors(
  request: Request,
  serve: (request: Request) => Promise<Response>,
): Promise<Response> {
  if (request.method === "OPTIONS" && request.headers.has("access-control-request-method")) {
    const allowed = request.headers.get("access-control-request-headers") ?? "*";
    return new Response(null, {
      status: 204,
      headers: { ...CORS, "access-control-allow-headers": allowed },
    });
  }
  const response = await serve(request);
  const headers = new Headers(response.headers);
  headers.set("access-control-allow-origin", "*");
  headers.set(
    "access-control-expose-headers",
    "Content-Range, Content-Location, Preference-Applied",
  );
  return new Response(response.body, { status: response.status, headers });
}
