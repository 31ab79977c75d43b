// Doctors of one name are told apart wherever a page names them.

import assert from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import { toldApart } from "./doctor_names.ts";

/** A database that knows addresses; ids that were asked for are counted. */
function fakeDatabase(emails: Record<string, string | null>) {
  const asked: string[] = [];
  const supabase = {
    from: () => ({
      select: () => ({
        in: (_column: string, ids: string[]) => {
          asked.push(...ids);
          const data = ids.map((id) => ({ id, workers: { email: emails[id] } }));
          return Promise.resolve({ data, error: null, status: 200 });
        },
      }),
    }),
  } as unknown as SupabaseClient;
  return { supabase, asked };
}

const person = (workerMapping: string, doctor: string) => ({ workerMapping, doctor, line: "JL 1" });

Deno.test("toldApart() puts the address behind a name that two have, and asks for those alone", async () => {
  const { supabase, asked } = fakeDatabase({ a: "ann@x.example", b: "ann.o@x.example" });
  const people = [person("a", "Ann O'Neil"), person("c", "Bob"), person("b", "ann  o'neil")];
  const named = await toldApart(supabase, people);
  assert.deepEqual(named.map(({ doctor }) => doctor), [
    "Ann O'Neil (ann@x.example)",
    "Bob",
    "ann  o'neil (ann.o@x.example)",
  ]);
  assert.deepEqual(asked.sort(), ["a", "b"]);
  assert.equal(named[0].line, "JL 1");
});

Deno.test("toldApart() asks nothing where all names differ, or one doctor is named twice", async () => {
  const { supabase, asked } = fakeDatabase({});
  const people = [person("a", "Ann"), person("a", "Ann"), person("b", "Bob")];
  assert.deepEqual(await toldApart(supabase, people), people);
  assert.deepEqual(asked, []);
});

Deno.test("toldApart() looks at who is not on the list as well", async () => {
  const { supabase } = fakeDatabase({ a: "ann@x.example", b: null });
  const [ann] = await toldApart(supabase, [person("a", "Ann")], [person("b", "Ann")]);
  assert.equal(ann.doctor, "Ann (ann@x.example)");
});
