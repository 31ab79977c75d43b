/** Projects to begin with, as files. Their ranges suit isolates: minutes to some hours of CPU. */
import { readProjectFile } from "./document.ts";

/** A project's file by its name. */
export interface ProjectTemplate {
  name: string;
  toml: string;
}

const file = (name: string, toml: string): ProjectTemplate => ({ name, toml: toml.trim() + "\n" });

/** All templates, in the order of their names. */
export const TEMPLATES: readonly ProjectTemplate[] = [
  file(
    "carol-kynea",
    `
[project]
name = "Carol and Kynea primes"
description = "(2^n - 1)^2 - 2 and (2^n + 1)^2 - 2, proven by the test of Lucas, Lehmer and Riesel."
objective = "survey"
form = "carol_kynea"

[competitive]
oeis_sequence = "A091515"

[[strategy.phases]]
name = "small"
search_params = { min_n = 2, max_n = 400 }

[[strategy.phases]]
name = "medium"
search_params = { min_n = 401, max_n = 1500 }
depends_on = ["small"]

[budget]
max_cost_usd = 1.0
cost_alert_threshold_usd = 0.5
`,
  ),
  file(
    "cullen-woodall",
    `
[project]
name = "Cullen and Woodall primes"
description = "n*2^n + 1 and n*2^n - 1. Cullen primes are rare: 1, 141, 4713 are the first."
objective = "survey"
form = "cullen_woodall"

[competitive]
oeis_sequence = "A005849"

[[strategy.phases]]
name = "woodall"
search_params = { min_n = 2, max_n = 1000, sign = "-" }

[[strategy.phases]]
name = "cullen"
search_params = { min_n = 1, max_n = 1000, sign = "+" }

[[strategy.phases]]
name = "further"
search_params = { min_n = 1001, max_n = 3000 }
depends_on = ["woodall", "cullen"]

[budget]
max_cost_usd = 2.0
cost_alert_threshold_usd = 1.0
`,
  ),
  file(
    "factorial-record",
    `
[project]
name = "A large factorial prime"
description = "n! + 1 and n! - 1 upwards, until one of a thousand digits is found and checked."
objective = "record"
form = "factorial"

[target]
target_digits = 1000

[strategy]
max_extensions = 3

[[strategy.phases]]
name = "search"
search_params = { start = 450, end = 600 }
completion = "target_digits_reached:1000"

[budget]
max_cost_usd = 1.0
cost_alert_threshold_usd = 0.5
`,
  ),
  file(
    "factorial-survey",
    `
[project]
name = "Factorial primes to 500"
description = "All n! + 1 and n! - 1 with n up to 500, proven."
objective = "survey"
form = "factorial"

[target]
range_start = 1
range_end = 500

[strategy]
auto_strategy = true

[competitive]
oeis_sequence = "A002981"

[budget]
max_cost_usd = 1.0
`,
  ),
  file(
    "gen-fermat",
    `
[project]
name = "Generalised Fermat primes"
description = "b^16 + 1, b^64 + 1 and, where those were found, b^256 + 1."
objective = "survey"
form = "gen_fermat"

[[strategy.phases]]
name = "sixteen"
search_params = { fermat_exp = 4, min_base = 2, max_base = 5000 }

[[strategy.phases]]
name = "sixty-four"
search_params = { fermat_exp = 6, min_base = 2, max_base = 4000 }

[[strategy.phases]]
name = "two-hundred"
search_params = { fermat_exp = 8, min_base = 2, max_base = 1000 }
depends_on = ["sixty-four"]
activation_condition = "previous_phase_found_prime"

[budget]
max_cost_usd = 1.0
`,
  ),
  file(
    "kbn-record",
    `
[project]
name = "A titanic k*2^n + 1"
description = "The first prime of a thousand digits of the form k*2^3320 + 1; where there is none, the next k."
objective = "record"
form = "kbn"

[target]
target_digits = 1000

[strategy]
max_extensions = 5

[[strategy.phases]]
name = "search"
search_params = { n = 3320, min_k = 1, max_k = 5000, sign = "+" }
completion = "first_prime_found"

[budget]
max_cost_usd = 1.0
cost_alert_threshold_usd = 0.5
`,
  ),
  file(
    "near-repdigit",
    `
[project]
name = "Near repdigit palindromes"
description = "Palindromes of nines but for one or two places."
objective = "survey"
form = "near_repdigit"

[[strategy.phases]]
name = "short"
search_params = { min_digits = 3, max_digits = 61 }

[[strategy.phases]]
name = "long"
search_params = { min_digits = 63, max_digits = 121 }
depends_on = ["short"]

[budget]
max_cost_usd = 1.0
`,
  ),
  file(
    "palindromic",
    `
[project]
name = "Palindromic primes"
description = "All palindromic primes of up to seven digits, and a count of those below 10^11."
objective = "survey"
form = "palindromic"

[[strategy.phases]]
name = "all"
search_params = { min_digits = 1, max_digits = 7 }

[[strategy.phases]]
name = "count"
search_params = { search_type = "survey", what = "palindromes", from = 0, to = 99999999999 }

[budget]
max_cost_usd = 1.0
`,
  ),
  file(
    "primorial",
    `
[project]
name = "Primorial primes"
description = "p# + 1 and p# - 1, proven by the largest primes below p."
objective = "survey"
form = "primorial"

[competitive]
oeis_sequence = "A005234"

[[strategy.phases]]
name = "small"
search_params = { start = 2, end = 1000 }

[[strategy.phases]]
name = "medium"
search_params = { start = 1001, end = 3000 }
depends_on = ["small"]

[budget]
max_cost_usd = 1.0
`,
  ),
  file(
    "repunit",
    `
[project]
name = "Repunit primes"
description = "R(10, n) with n prime: 2, 19, 23, 317, 1031. Proofs are found only where N-1 has enough small factors."
objective = "survey"
form = "repunit"

[competitive]
oeis_sequence = "A004023"

[[strategy.phases]]
name = "known"
search_params = { base = 10, min_n = 2, max_n = 350 }

[[strategy.phases]]
name = "further"
search_params = { base = 10, min_n = 351, max_n = 1100 }
depends_on = ["known"]

[budget]
max_cost_usd = 1.0
`,
  ),
  file(
    "sophie-germain",
    `
[project]
name = "Sophie Germain primes"
description = "p = k*2^n - 1 with 2p + 1 prime, both proven; and how many there are below 10^9."
objective = "survey"
form = "sophie_germain"

[[strategy.phases]]
name = "count"
search_params = { search_type = "survey", what = "sophie_germain", from = 0, to = 999999999 }

[[strategy.phases]]
name = "pairs"
search_params = { n = 300, min_k = 1, max_k = 30001 }

[budget]
max_cost_usd = 1.0
`,
  ),
  file(
    "twin",
    `
[project]
name = "A pair of twins of three hundred digits"
description = "k*2^1000 - 1 and k*2^1000 + 1, both proven; and how many twins there are below 10^9."
objective = "record"
form = "twin"

[target]
target_digits = 300

[strategy]
max_extensions = 5

[[strategy.phases]]
name = "count"
search_params = { search_type = "survey", what = "twins", from = 0, to = 999999999 }

[[strategy.phases]]
name = "pair"
search_params = { n = 1000, min_k = 3, max_k = 60000 }
completion = "first_prime_found"

[budget]
max_cost_usd = 1.0
cost_alert_threshold_usd = 0.5
`,
  ),
  file(
    "wagstaff-record",
    `
[project]
name = "Wagstaff primes"
description = "(2^p + 1)/3; from some size on they stay probable, for nothing proves them without their factors."
objective = "record"
form = "wagstaff"

[competitive]
oeis_sequence = "A000978"

[[strategy.phases]]
name = "small"
search_params = { min_exp = 3, max_exp = 200 }

[[strategy.phases]]
name = "medium"
search_params = { min_exp = 201, max_exp = 1800 }
depends_on = ["small"]
completion = "n_primes_found:4"

[budget]
max_cost_usd = 1.0
`,
  ),
];

/** Every template with what it is about. */
export function describeTemplates() {
  return TEMPLATES.map(({ name, toml }) => {
    const { project } = readProjectFile(toml);
    const { name: title, description, objective, form } = project;
    return { name, title, description, objective, form, toml };
  });
}
