// The database's functions and the files of roster-exchange, asked with the signed-in person's token.

import {
  errorOfResponse,
  errorOfRest,
  networkError,
  type ReceptorError,
  strangeAnswer,
} from "../../../shared/client/errors.ts";
import type { Config } from "../../console/app/data/config.ts";
import { renewing } from "../../console/app/data/renewing.ts";
import { patiently } from "./patience.ts";
import type { Session } from "./session.ts";

/** Receptor as the signed-in person sees it. */
export interface Api {
  /** Calls a function of the database. @throws {ReceptorError} */
  rpc<Answer>(name: string, args?: Record<string, unknown>): Promise<Answer>;
  /** Calls a function over HTTP. @throws {ReceptorError} */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Where the functions are, for links that need no session. */
  functionsUrl: string;
}

/** What calls the database's functions. */
export type Server = Pick<Api, "rpc">;

/** Makes it. */
export function createApi({ supabaseUrl, publishableKey }: Config, session: Session): Api {
  const patient = (input: RequestInfo | URL, init: RequestInit = {}) =>
    patiently((signal) => fetch(input, { ...init, signal }), sizeOf(init.body));
  const send = renewing(patient, session.renew);
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const token = await session.token();
    const headers = new Headers(init.headers);
    headers.set("apikey", publishableKey);
    headers.set("authorization", `Bearer ${token}`);
    try {
      return await send(`${supabaseUrl}/${path}`, { ...init, headers });
    } catch (error) {
      throw networkError(error);
    }
  };
  return {
    functionsUrl: `${supabaseUrl}/functions/v1`,
    async rpc<Answer>(name: string, args: Record<string, unknown> = {}) {
      const response = await ask(`rest/v1/rpc/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(args),
      });
      const text = await response.text().catch((error) => {
        throw networkError(error);
      });
      if (!response.ok) throw await refusal(session, response.status, text);
      return read(response.status, text) as Answer;
    },
    async fetch(path, init) {
      const response = await ask(`functions/v1/${path}`, init);
      if (!response.ok) throw await errorOfResponse(response);
      return response;
    },
  };
}

function sizeOf(body: RequestInit["body"]): number {
  if (typeof body === "string") return body.length;
  return body instanceof Blob ? body.size : body instanceof ArrayBuffer ? body.byteLength : 0;
}

async function refusal(session: Session, status: number, text: string): Promise<ReceptorError> {
  if (status === 401) await session.end();
  let error: { code?: string; message: string; details?: string | null } = { message: text };
  try {
    error = { message: "", ...JSON.parse(text) };
  } catch {
    // A gateway's page.
  }
  return errorOfRest(error, status);
}

/** An answer without text is that of a function that returns nothing. */
function read(status: number, text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw strangeAnswer(status);
  }
}
