// A plugin of `deno lint`: a function longer than a page is refused where it begins. One that stays long, since splitting it would
// hurt, says so in the line above: `// deno-lint-ignore house/long-function -- why`.

/** Lines that a function may have, its head and its end counted. */
export const MOST_FUNCTION_LINES = 60;

type Node =
  | Deno.lint.ArrowFunctionExpression
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression;

/** Functions of more than {@link MOST_FUNCTION_LINES} lines; those of tests are scripts, and may be as long as their story. */
const longFunction: Deno.lint.Rule = {
  create(context) {
    if (/_test\.tsx?$|\/(testing|browser)\//.test(context.filename)) return {};
    const text = context.sourceCode.text;
    const look = (node: Node) => {
      const lines = text.slice(...node.range).split("\n").length;
      if (lines <= MOST_FUNCTION_LINES) return;
      context.report({
        node,
        message: `A function of ${lines} lines; a page has ${MOST_FUNCTION_LINES}.`,
        hint: "Split it by what it does, or say in the line above why that would hurt.",
      });
    };
    return {
      ArrowFunctionExpression: look,
      FunctionDeclaration: look,
      FunctionExpression: look,
    };
  },
};

const plugin: Deno.lint.Plugin = { name: "house", rules: { "long-function": longFunction } };

export default plugin;
