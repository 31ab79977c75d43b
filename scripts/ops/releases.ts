// Releases of the node program: what is published, which channel offers it to how many nodes.

import { readFile } from "node:fs/promises";
import * as z from "zod";
import { faultTexts, readShape } from "../../shared/engine/shapes.ts";
import { fileFault, type OpsContext, OpsError } from "./context.ts";

const CHANNELS = ["stable", "beta", "nightly"];

const releaseShape = z.strictObject({
  version: z.string().regex(/^[0-9A-Za-z.+_-]{1,50}$/, "is no version"),
  artifacts: z.array(z.strictObject({
    os: z.string().regex(/^[a-z0-9_-]{1,50}$/, "is no name of an operating system"),
    arch: z.string().regex(/^[a-z0-9_-]{1,50}$/, "is no name of an architecture"),
    url: z.url({ protocol: /^https$/ }).max(2000),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "is to be a SHA-256 in hexadecimal"),
    sig_url: z.url({ protocol: /^https$/ }).max(2000).optional(),
  })).min(1).max(50),
  notes: z.string().max(20_000).optional(),
});

/** Publishes what a file describes; the same again changes nothing. @throws OpsError */
export async function publishRelease(
  { sql, say }: OpsContext,
  file: string | undefined,
): Promise<void> {
  if (file === undefined) throw new OpsError("release needs a file.");
  const text = await readFile(file, "utf8").catch(fileFault(file, "read"));
  const read = readShape(releaseShape, jsonOf(file, text));
  if (read.faults) throw new OpsError(`${file}: ${faultTexts(read.faults, 1)[0]}`);
  const { version, artifacts, notes } = read.value;
  await telling(() =>
    sql`select prime_search.publish_release(${version}, ${sql.json(artifacts)}, ${notes ?? null})`
  );
  say(`${version} is published; "offer" says on which channel.`);
}

/** Offers a version on a channel. @throws OpsError */
export async function offerRelease(
  { sql, say }: OpsContext,
  channel: string | undefined,
  version: string | undefined,
  percent: string,
): Promise<void> {
  requireChannel("offer", channel);
  if (version === undefined) throw new OpsError("Name the version: --version <version>");
  if (!/^\d{1,3}$/.test(percent) || Number(percent) > 100) {
    throw new OpsError("--percent is to be a whole number from 0 to 100.");
  }
  await telling(() =>
    sql`select prime_search.set_release_channel(${channel!}, ${version}, ${
      Number(percent)
    }, session_user::text)`
  );
  say(`${channel} offers ${version} to ${percent} % of its nodes.`);
}

/** Takes a channel back to what it offered before. @throws OpsError */
export async function rollbackRelease(
  { sql, say }: OpsContext,
  channel: string | undefined,
): Promise<void> {
  requireChannel("rollback", channel);
  const [{ version }] = await telling(() =>
    sql`select prime_search.rollback_release(${channel!}, session_user::text) as version`
  );
  say(`${channel} offers ${version} again, to all.`);
}

function requireChannel(command: string, channel: string | undefined): void {
  if (channel !== undefined && CHANNELS.includes(channel)) return;
  throw new OpsError(`Name the channel: deno task ops ${command} <${CHANNELS.join(" | ")}>`);
}

/** What the database refuses is the operator's to mend. */
async function telling<Result>(work: () => PromiseLike<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code?.startsWith("RC4")) throw new OpsError(message);
    throw error;
  }
}

function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OpsError(`${file} is no JSON: ${(error as Error).message}`);
  }
}
