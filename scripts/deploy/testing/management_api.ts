// A Management API that takes functions and nothing else: what the CLI deploys to in a rehearsal.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The reference of the only project there is. */
export const PROJECT = "abcdefghijklmnopqrst";

/** A function as it was uploaded. */
export interface Upload {
  metadata: { entrypoint_path: string; import_map_path?: string | null; verify_jwt: boolean };
  files: Map<string, string>;
}

/** A fake of the Management API, and how the CLI is pointed to it. */
export interface ManagementApi extends AsyncDisposable {
  uploads: Map<string, Upload>;
  cliOptions: string[];
  env: Record<string, string>;
}

/** Starts a fake on a free port. */
export async function fakeManagementApi(): Promise<ManagementApi> {
  const uploads = new Map<string, Upload>();
  const deployed: Record<string, unknown>[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const functions = `/v1/projects/${PROJECT}/functions`;
      if (request.method === "POST" && pathname === `${functions}/deploy`) {
        const slug = searchParams.get("slug")!;
        uploads.set(slug, await readUpload(request));
        const answer = {
          id: crypto.randomUUID(),
          slug,
          name: slug,
          status: "ACTIVE",
          version: 1,
          created_at: 1,
          updated_at: 1,
        };
        deployed.push(answer);
        return Response.json(answer, { status: 201 });
      }
      await request.body?.cancel();
      if (pathname === functions) return Response.json(deployed);
      if (pathname === `/v1/projects/${PROJECT}`) {
        return Response.json({ id: PROJECT, ref: PROJECT });
      }
      return Response.json({ message: "not faked" }, { status: 404 });
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const profile = await Deno.makeTempFile({ suffix: ".yaml" });
  await writeFile(
    profile,
    ["api_url", "dashboard_url", "docs_url"].map((name) => `${name}: ${url}\n`).join("") +
      "name: rehearsal\nproject_host: supabase.local\nstudio_image: none\n",
  );
  return {
    uploads,
    cliOptions: ["--profile", profile],
    env: { SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}` },
    [Symbol.asyncDispose]: async () => {
      await server.shutdown();
      await Deno.remove(profile);
    },
  };
}

async function readUpload(request: Request): Promise<Upload> {
  const form = await request.formData();
  const files = new Map<string, string>();
  for (const part of form.getAll("file")) {
    assert.ok(part instanceof File);
    files.set(part.name, await part.text());
  }
  const metadata = form.get("metadata");
  return {
    metadata: JSON.parse(metadata instanceof File ? await metadata.text() : metadata!),
    files,
  };
}

/** Lays out an upload as the platform does: its files, each where its name says. @returns what starts it */
export async function unpack(
  { metadata, files }: Upload,
  folder: string,
): Promise<{ entrypoint: string; importMap: string | null }> {
  for (const [name, text] of files) {
    const path = join(folder, name);
    assert.ok(path.startsWith(folder), `${name} lies outside`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return {
    entrypoint: join(folder, metadata.entrypoint_path),
    importMap: metadata.import_map_path ? join(folder, metadata.import_map_path) : null,
  };
}
