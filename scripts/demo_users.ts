// The people that supabase/seed.sql puts into the demo, for whoever signs in as them: `deno task dev` prints them.

/** Password of every demo user. */
export const demoPassword = "receptor-demo";

/** One person for each kind of right, and one of another organisation. */
export const demoUsers: { role: string; email: string; password: string }[] = [
  { role: "manager", email: "planner@northern.example", password: demoPassword },
  { role: "viewer", email: "viewer@northern.example", password: demoPassword },
  { role: "doctor", email: "doctor@northern.example", password: demoPassword },
  { role: "other organisation's manager", email: "planner@other.example", password: demoPassword },
];
