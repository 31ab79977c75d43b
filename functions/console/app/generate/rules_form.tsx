// The rules of the lines: a ruleset, and what is set otherwise. Drawn from the catalogue of constraints.

import { ruleName } from "../runs/words.ts";
import type { ConstraintCatalogue } from "../../../../shared/client/mod.ts";
import { Button } from "../ui/button.tsx";
import { type Option, SelectField } from "../ui/field.tsx";
import type { Draft, Rules } from "./draft.ts";
import { type NamedPosition, SchemaControl } from "./schema_control.tsx";
import { type Fault, type Schema, toTyped } from "./typed.ts";

type Rule = ConstraintCatalogue["rules"][number];

/** Props of the parts of the form. */
export interface RulesFormProps {
  catalogue: ConstraintCatalogue;
  rules: Rules;
  faults: Fault[];
  positions: NamedPosition[];
  disabled: boolean;
  onEdit: (patch: Partial<Draft>) => void;
}

/** Ruleset, rules in force, and the further ones that can be set. */
export function RulesForm(props: RulesFormProps) {
  const { catalogue, rules, disabled, onEdit } = props;
  const ruleset = catalogue.rulesets.find(({ name }) =>
    name === (rules.ruleset || catalogue.defaultRuleset)
  )!;
  const inForce = (rule: Rule) => rule.name in ruleset.bounds || rule.name in rules.overrides;
  const further = catalogue.rules.filter((rule) => !inForce(rule));
  const row = (rule: Rule) => (
    <RuleRow
      key={rule.name}
      {...props}
      rule={rule}
      words={ruleset.rules.find(({ name }) => name === rule.name)?.text}
      bound={ruleset.bounds[rule.name]}
    />
  );
  return (
    <div class="stack">
      <SelectField
        label="Ruleset"
        hint={ruleset.description}
        class="generate-ruleset"
        value={rules.ruleset}
        options={[
          ["", `none (${ruleName(catalogue.defaultRuleset)})`],
          ...catalogue.rulesets.map(({ name }): Option => [name, ruleName(name)]),
        ]}
        disabled={disabled}
        onChoose={(chosen) => onEdit({ ruleset: chosen })}
      />
      <ul class="generate-rules" aria-label="Rules in force">
        {catalogue.rules.filter(inForce).map(row)}
      </ul>
      {rules.others.length > 0 && <Others {...props} />}
      <details class="generate-further">
        <summary>{further.length} further rules that can be set</summary>
        <ul class="generate-rules" aria-label="Further rules">{further.map(row)}</ul>
      </details>
    </div>
  );
}

/** One rule: what it asks for, where that comes from, and a control once it is set here. */
function RuleRow(
  props: RulesFormProps & { rule: Rule; words: string | undefined; bound: unknown },
) {
  const { rule, words, bound, rules, faults, disabled, onEdit } = props;
  const set = rule.name in rules.overrides;
  const fault = faults.find(({ path }) => path === rule.name);
  const drop = () => {
    const { [rule.name]: _, ...overrides } = rules.overrides;
    onEdit({ overrides });
  };
  const type = (typed: unknown) =>
    onEdit({ overrides: { ...rules.overrides, [rule.name]: typed } });
  const verb = set ? "Reset" : "Change";
  return (
    <li class={`generate-rule ${set ? "set" : ""}`}>
      <div class="generate-rule-text">
        <span>{rule.description}</span>
        <span class="quiet small">{ruleName(rule.name)}</span>
      </div>
      <div class="generate-rule-value">
        {set
          ? <RuleControl {...props} onType={type} />
          : <span class={words ? "" : "quiet"}>{words ?? "not asked for"}</span>}
        {fault && <span class="error">{fault.message}</span>}
      </div>
      <Button
        kind="plain"
        compact
        disabled={disabled}
        aria-label={`${verb}: ${rule.description}`}
        onClick={set ? drop : () => type(toTyped(rule.parameter as Schema, bound))}
      >
        {verb}
      </Button>
    </li>
  );
}

function RuleControl({ rule, rules, faults, positions, disabled, onType }:
  & RulesFormProps
  & { rule: Rule; onType: (typed: unknown) => void }) {
  return (
    <SchemaControl
      schema={rule.parameter as Schema}
      typed={rules.overrides[rule.name]}
      onType={onType}
      label={rule.description}
      path={`${rule.name}.value`}
      faults={faults}
      positions={positions}
      disabled={disabled}
    />
  );
}

/** Entries that the catalogue does not know: a newer version's, or a mistake. They are sent as they are. */
function Others({ rules, faults, disabled, onEdit }: RulesFormProps) {
  return (
    <div class="note warn stack">
      <span>These entries of the allocation run are not in the catalogue of rules:</span>
      {rules.others.map((entry, index) => (
        <div key={index} class="row">
          <code class="grow">{JSON.stringify(entry)}</code>
          <Button
            compact
            disabled={disabled}
            onClick={() => onEdit({ others: rules.others.filter((_, each) => each !== index) })}
          >
            Remove
          </Button>
        </div>
      ))}
      {faults.filter(({ path }) => path.startsWith("undefined")).map(({ message }) => (
        <span key={message} class="error">{message}</span>
      ))}
    </div>
  );
}
