// The sweeper that cannot be called: cron itself notices and tells the operators' webhook.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import postgres from "postgres";
import { status } from "./ops/commands.ts";
import { startStack } from "./stack/mod.ts";
import { eventually } from "../shared/platform/testing/eventually.ts";

/** What the webhook gets. */
interface Alert {
  kind: string;
  state: string;
  text: string;
}

Deno.test("a sweeper that cannot be called is told to the operators' webhook, hourly, and when it is over", async () => {
  const alerts: Alert[] = [];
  // The first is refused, as by a chat program that restarts.
  const answers = [503];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => body += chunk);
    request.on("end", () => {
      alerts.push(JSON.parse(body));
      response.writeHead(answers.shift() ?? 200).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stack = await startStack({ seed: false, functions: false, cron: false });
  const sql = postgres(stack.dbUrl, { max: 1, onnotice: () => {} });
  try {
    const { port } = server.address() as AddressInfo;
    await sql`select vault.create_secret(${`http://127.0.0.1:${port}/hook`}, 'receptor_alert_webhook')`;
    // No function answers here, which is what cron is to find out.
    await stack.cron.run("receptor-sweep");
    await stack.cron.run("receptor-watch");
    assert.deepEqual([...await sql`select * from fleet.incidents`], [], "not before it is late");

    await sql`update fleet.sweeper_calls set first_called_at = now() - interval '2 minutes'`;
    for (let n = 0; n < 3; n++) await stack.cron.run("receptor-watch");
    await told(sql, 1, 503);
    await sql`update fleet.incidents set alert_sent_at = now() - interval '1 minute'`;
    for (let n = 0; n < 3; n++) await stack.cron.run("receptor-watch");
    await told(sql, 1);
    const began = alerts.splice(0, 1);
    assert.deepEqual(began, alerts, "what was refused is sent again, once");
    assert.deepEqual(alerts.map(({ kind, state }) => [kind, state]), [["sweeper", "began"]]);
    assert.match(alerts[0].text, /heartbeat-sweeper has not swept since .* UTC/);
    assert.doesNotMatch(alerts[0].text, /Bearer|sb_secret|key/i);
    const said: string[] = [];
    await status({ sql, say: (line) => said.push(line) });
    assert.ok(said.some((line) => /^! .*has not swept since.*\(told/.test(line)), said.join("\n"));
    const [{ logged }] = await sql`
      select count(*)::int as logged from public.system_logs where component = 'watch' and level = 'error'`;
    assert.equal(logged, 1);

    await sql`update fleet.incidents set told_at = now() - interval '61 minutes'`;
    for (let n = 0; n < 2; n++) await stack.cron.run("receptor-watch");
    await told(sql, 2);
    await sql`select fleet.record_sweep(0)`;
    for (let n = 0; n < 2; n++) await stack.cron.run("receptor-watch");
    await told(sql, 3);
    assert.deepEqual(alerts.map(({ state }) => state), ["began", "goes_on", "ended"]);
    assert.match(alerts[2].text, /^Receptor: over: /);
  } finally {
    await sql.end();
    await stack.stop();
    server.close();
  }
});

/** Waits until so many alerts were answered with a status. */
async function told(sql: postgres.Sql, count: number, status = 200): Promise<void> {
  await eventually(`${count} alerts are answered`, async () => {
    const [{ answered }] = await sql`
      select count(*)::int as answered from net._http_response where status_code = ${status} and content = '{}'`;
    return answered >= count;
  });
}
