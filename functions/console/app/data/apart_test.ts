import assert from "node:assert/strict";
import { apart, namesApart } from "./apart.ts";

const doctors = [
  { name: "Ann O'Neil", email: "ann@x.example" },
  { name: "Bo", email: "bo@x.example" },
  { name: "ann  o'neil ", email: "ann2@x.example" },
  { name: "Bo", email: "" },
];

Deno.test("who shares a name is told apart, and nobody else is written otherwise", () => {
  assert.deepEqual(apart(doctors.slice(0, 3), ({ email }) => email).map(({ name }) => name), [
    "Ann O'Neil (ann@x.example)",
    "Bo",
    "ann  o'neil  (ann2@x.example)",
  ]);
});

Deno.test("nothing stands behind a name of which nothing else is known", () => {
  const names = apart(doctors, ({ email }) => email).map(({ name }) => name);
  assert.deepEqual(names.slice(1), ["Bo (bo@x.example)", "ann  o'neil  (ann2@x.example)", "Bo"]);
});

Deno.test("the first words by which all of a name differ stand behind it, else the last", () => {
  const at = (hospital: string, team: string) => ({ name: "Emergency JMO", hospital, team });
  const names = (...all: ReturnType<typeof at>[]) =>
    apart(all, ({ hospital }) => hospital, ({ team, hospital }) => `${team}, ${hospital}`)
      .map(({ name }) => name);
  assert.deepEqual(names(at("Base", "T"), at("Bay", "T")), [
    "Emergency JMO (Base)",
    "Emergency JMO (Bay)",
  ]);
  assert.deepEqual(names(at("Base", "T"), at("Base", "U"), at("Bay", "T")), [
    "Emergency JMO (T, Base)",
    "Emergency JMO (U, Base)",
    "Emergency JMO (T, Bay)",
  ]);
  assert.deepEqual(names(at("Base", "T")), ["Emergency JMO"]);
});

Deno.test("doctors of one name have two names, however often each is named", () => {
  const ann = { worker: "1", name: "Ann Lee", email: "ann@x.example" };
  const other = { worker: "2", name: "Ann Lee", email: "lee@x.example" };
  const bo = { worker: "3", name: "Bo", email: "bo@x.example" };
  assert.deepEqual([...namesApart([ann, bo, other, ann])], [
    ["1", "Ann Lee (ann@x.example)"],
    ["3", "Bo"],
    ["2", "Ann Lee (lee@x.example)"],
  ]);
});
