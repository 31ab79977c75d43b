// `deno task dev`: the local stack for development, until Ctrl-C. Functions that change are loaded anew, so a change
// of code counts at once; a change of migrations or seed needs a new start. With `--plan free`, isolates end after 150 s.
// deno-lint-ignore-file no-console -- it talks to a person in a terminal
import { commandLine, refuseUse } from "./command_line.ts";
import { buildPages } from "./console/build.ts";
import { demoUsers } from "./demo_users.ts";
import { type Stack, startStack } from "./stack/mod.ts";
import { endWithStarter } from "./starter.ts";

const USAGE = `deno task dev [--plan free | paid]
  --plan  whose limits the isolates have (default paid); on the free plan they end after 150 s`;

/** Where Supabase's own local stack listens; another port is taken when somebody listens there. */
const USUAL_PORT = 54321;

/** Whether nobody listens on a port of this machine. */
function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}

function printWelcome(stack: Stack) {
  const phases = Object.entries(stack.startupMs).map(([phase, ms]) => `${phase} ${ms} ms`).join(
    ", ",
  );
  console.log(`Receptor is up (${phases})

  Console          ${stack.url}/functions/v1/console
  Doctors' page    ${stack.url}/functions/v1/doctor
  Mail             ${stack.url}/mail (what would be sent)
  URL              ${stack.url}
  Publishable key  ${stack.publishableKey}
  Secret key       ${stack.secretKey}
  Internal key     ${stack.internalKey}
  Database         ${stack.dbUrl}

  Demo users (password ${demoUsers[0].password})
${demoUsers.map(({ role, email }) => `    ${email.padEnd(28)}${role}`).join("\n")}

Ctrl-C stops it and removes its data.
`);
}

if (import.meta.main) {
  try {
    const { values: { plan } } = commandLine(USAGE, { plan: { type: "string", default: "paid" } });
    if (plan !== "free" && plan !== "paid") refuseUse(`There is no plan ${plan}.`, USAGE);
    endWithStarter();
    await buildPages();
    const stack = await startStack({
      plan,
      sources: true,
      port: isFree(USUAL_PORT) ? USUAL_PORT : 0,
      log: (line) => console.log(line),
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      Deno.addSignalListener(signal, () => void stack.stop());
    }
    printWelcome(stack);
    await stack.ended;
    Deno.exit(0);
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(1);
  }
}
