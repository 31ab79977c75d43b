import assert from "node:assert/strict";
import type { PrimeIssue } from "../errors.ts";
import { readProjectFile } from "./document.ts";
import { planProject } from "./plan.ts";
import { describeTemplates, TEMPLATES } from "./templates.ts";

const HEAD = '[project]\nname = "Mine"\nobjective = "custom"\nform = "kbn"\n';

function faults(toml: string): [code: string, ...paths: string[]] {
  try {
    planProject(readProjectFile(toml));
  } catch (error) {
    const { code, issues } = error as { code: string; issues: PrimeIssue[] };
    return [code, ...issues.map(({ path }) => path)];
  }
  return ["taken"];
}

const phase = (name: string, more = "", params = "k = 3, min_n = 1, max_n = 50") =>
  `[[strategy.phases]]\nname = "${name}"\nsearch_params = { ${params} }\n${more}\n`;

Deno.test("each of the thirteen templates is a project with a plan and a price", () => {
  assert.equal(TEMPLATES.length, 13);
  assert.deepEqual(TEMPLATES.map(({ name }) => name), TEMPLATES.map(({ name }) => name).sort());
  const slugs = new Set<string>();
  for (const { name, toml } of TEMPLATES) {
    const plan = planProject(readProjectFile(toml));
    slugs.add(plan.slug);
    assert.ok(plan.forecast.expected_finds > 0.3, `${name}: ${plan.forecast.expected_finds}`);
    assert.ok(plan.forecast.cpu_seconds < 7200, `${name}: ${plan.forecast.cpu_seconds}`);
    assert.ok(
      plan.forecast.cost_usd < plan.budget.max_cost_usd!,
      `${name}: ${plan.forecast.cost_usd}`,
    );
    for (const { candidates, block_size } of plan.phases) {
      assert.ok(candidates / block_size <= 10_000);
    }
  }
  assert.equal(slugs.size, 13);
  assert.ok(describeTemplates().every(({ title, description }) => title && description));
});

Deno.test("phases come in an order in which nothing waits for what comes later", () => {
  const toml = HEAD + phase("c", 'depends_on = ["b", "a"]') + phase("b", 'depends_on = ["a"]') +
    phase("a");
  assert.deepEqual(planProject(readProjectFile(toml)).phases.map(({ name }) => name), [
    "a",
    "b",
    "c",
  ]);
});

Deno.test("what a phase that finds nothing is followed by is known beforehand, and bounded", () => {
  const spans = (more: string, params?: string) =>
    planProject(readProjectFile(HEAD + more + phase("a", "", params))).phases[0].extensions
      .map((
        { search_params },
      ) => [
        search_params.min_n ?? search_params.min_k,
        search_params.max_n ?? search_params.max_k,
      ]);
  assert.deepEqual(spans(""), [[51, 100]]);
  assert.deepEqual(spans("[strategy]\nmax_extensions = 3\n"), [[51, 100], [101, 150], [151, 200]]);
  assert.deepEqual(spans("[strategy]\nmax_extensions = 0\n"), []);
  assert.deepEqual(spans("[target]\nrange_end = 120\n[strategy]\nmax_extensions = 3\n"), [[
    51,
    100,
  ]]);
  assert.deepEqual(spans("", "n = 99, min_k = 1, max_k = 9"), [[10, 18]]);
  // Numbers of more than 50,000 digits are searched by nobody.
  assert.deepEqual(spans("", "k = 3, min_n = 100000, max_n = 160000"), []);
});

Deno.test("a project without phases is its range, a tenth first where the strategy is left to us", () => {
  const ranged = (auto: boolean) =>
    planProject(readProjectFile(
      '[project]\nname = "F"\nobjective = "survey"\nform = "factorial"\n[target]\nrange_start = 1\nrange_end = 100\n' +
        `[strategy]\nauto_strategy = ${auto}\n`,
    )).phases.map(({ name, search_params }) => [name, search_params]);
  assert.deepEqual(ranged(false), [["all", { start: 1, end: 100 }]]);
  assert.deepEqual(ranged(true), [["scout", { start: 1, end: 10 }], ["main", {
    start: 11,
    end: 100,
  }]]);
});

Deno.test("costs follow what blocks have cost, where that is known", () => {
  const document = readProjectFile(
    HEAD + phase("a") + "[budget]\ncloud_rate_usd_per_core_hour = 3.6\n",
  );
  const { forecast } = planProject(document, { kbn: { coeff_a: 10, coeff_b: 0 } });
  assert.ok(Math.abs(forecast.cpu_seconds - 1000) < 1e-9);
  assert.ok(Math.abs(forecast.cost_usd - 1) < 1e-9);
});

Deno.test("whatever is wrong with a project is told with its path", () => {
  const cases: [string, string, ...string[]][] = [
    ["[project\n", "INVALID_TOML", "toml"],
    ["", "INVALID_PROJECT", "project"],
    [
      '[project]\nname = "x"\nobjective = "fun"\nform = "kbn"',
      "INVALID_PROJECT",
      "project.objective",
    ],
    [
      '[project]\nname = "x"\nobjective = "custom"\nform = "fib"\n' + phase("a"),
      "INVALID_PROJECT",
      "project.form",
    ],
    [HEAD, "INVALID_PROJECT", "strategy.phases"],
    [HEAD + "colour = 1\n" + phase("a"), "INVALID_PROJECT", "project.colour"],
    [HEAD + phase("A"), "INVALID_PROJECT", "strategy.phases[0].name"],
    [HEAD + phase("a") + phase("a"), "INVALID_PROJECT", "strategy.phases[1].name"],
    [HEAD + phase("a", 'depends_on = ["b"]'), "INVALID_PROJECT", "strategy.phases[0].depends_on"],
    [
      HEAD + phase("a", 'depends_on = ["b"]') + phase("b", 'depends_on = ["a"]'),
      "INVALID_PROJECT",
      "strategy.phases[0].depends_on",
    ],
    [
      HEAD + phase("a", 'completion = "n_primes_found"'),
      "INVALID_PROJECT",
      "strategy.phases[0].completion",
    ],
    [
      HEAD + phase("a", 'activation_condition = "now"'),
      "INVALID_PROJECT",
      "strategy.phases[0].activation_condition",
    ],
    [
      HEAD + phase("a", "", "k = 3, min_n = 9, max_n = 1"),
      "INVALID_PROJECT",
      "strategy.phases[0].search_params.max_n",
    ],
    [
      HEAD + phase("a", "", "k = 3, minn = 9"),
      "INVALID_PROJECT",
      "strategy.phases[0].search_params.minn",
    ],
    [HEAD + phase("a", "block_size = 30000"), "INVALID_PROJECT", "strategy.phases[0].block_size"],
    [HEAD + phase("a") + "[budget]\nmax_cost_usd = -1", "INVALID_PROJECT", "budget.max_cost_usd"],
    [
      HEAD + phase("a") + "[budget]\nmax_cost_usd = 1\ncost_alert_threshold_usd = 2",
      "INVALID_PROJECT",
      "budget.cost_alert_threshold_usd",
    ],
    [
      HEAD + phase("a") + "[target]\nrange_start = 9\nrange_end = 1",
      "INVALID_PROJECT",
      "target.range_end",
    ],
    [
      '[project]\nname = "!"\nobjective = "custom"\nform = "kbn"\n' + phase("a"),
      "INVALID_PROJECT",
      "project.slug",
    ],
  ];
  for (const [toml, ...expected] of cases) {
    const [code, first] = faults(toml);
    assert.deepEqual([code, first], expected, toml);
  }
  assert.deepEqual(faults(HEAD + phase("a")), ["taken"]);
});
