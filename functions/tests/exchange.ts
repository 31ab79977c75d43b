// Files to and from roster-exchange, as a browser sends them.

import assert from "node:assert/strict";
import { requireEnv } from "../../shared/platform/env.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";
import type { TestUser } from "./fixture.ts";

/** The function that they are sent to. */
export const FN = "roster-exchange";

/** Sends a file, and again where the database of a busy machine has no time: nothing of it was written then. */
export function send(user: TestUser, path: string, file: BodyInit): Promise<Response> {
  return eventually(`the database has time for ${path}`, async () => {
    const response = await fetch(`${requireEnv("SUPABASE_URL")}/functions/v1/${FN}/${path}`, {
      method: "POST",
      headers: {
        apikey: requireEnv("SUPABASE_PUBLISHABLE_KEY"),
        authorization: `Bearer ${user.token}`,
      },
      body: file,
    });
    if (response.status !== 503) return response;
    const { code } = await response.clone().json();
    return code === "BUSY" ? null : response;
  });
}

/** Sends a file and reads the answer. */
export async function upload(user: TestUser, path: string, file: BodyInit) {
  const response = await send(user, path, file);
  return { status: response.status, body: await response.json() };
}

/** The answer to a file that is taken. @throws AssertionError where it is not */
export async function taken(user: TestUser, path: string, file: BodyInit) {
  const { status, body } = await upload(user, path, file);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** Places and codes of the faults of a file. @throws AssertionError where it is not refused for faults */
export async function faults(user: TestUser, path: string, file: BodyInit): Promise<string[]> {
  const { status, body } = await upload(user, path, file);
  assert.deepEqual([status, body.code], [400, "INVALID_ROWS"], JSON.stringify(body));
  return body.errors.map((error: { path: string; code: string }) => `${error.path} ${error.code}`);
}
