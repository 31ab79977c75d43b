// A plugin of `deno lint`: slips that were made once and that its own rules do not see.

/** What an expression may come to, one by one. */
function* outcomes(node: Deno.lint.Node | null): Generator<Deno.lint.Node> {
  if (node === null) return;
  if (node.type === "ConditionalExpression") {
    yield* outcomes(node.consequent);
    yield* outcomes(node.alternate);
  } else if (node.type === "LogicalExpression") {
    yield* outcomes(node.left);
    yield* outcomes(node.right);
  } else if (node.type === "BlockStatement") {
    for (const statement of node.body) {
      if (statement.type === "ReturnStatement") yield* outcomes(statement.argument);
    }
  } else yield node;
}

/** `list.map((item) => <>…</>)`: the key belongs to what is listed, and `<>` takes none. */
const listedFragment: Deno.lint.Rule = {
  create: (context) => ({
    CallExpression({ callee, arguments: [made] }) {
      if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
      if (!/^(map|flatMap|from)$/.test(callee.property.name)) return;
      if (made?.type !== "ArrowFunctionExpression") return;
      for (const node of outcomes(made.body)) {
        if (node.type !== "JSXFragment") continue;
        context.report({
          node,
          message: "What is listed needs a key, which <> cannot have.",
          hint: "Use <Fragment key={…}>, or an element.",
        });
      }
    },
  }),
};

/** `(a, b)`: two things done in one expression. The head of a `for` may count on two things. */
const sequence: Deno.lint.Rule = {
  create: (context) => ({
    SequenceExpression(node) {
      if (node.parent.type === "ForStatement" && node.parent.test !== node) return;
      context.report({ node, message: "Two things done in one expression; write two statements." });
    },
  }),
};

/** A place in the console that is written out instead of asked for: `router.ts` alone says how places are written. */
const writtenHash: Deno.lint.Rule = {
  create(context) {
    const path = context.filename.replaceAll("\\", "/");
    if (!/\/console\/app\//.test(path) || /\/router\.ts$|_test\.tsx?$/.test(path)) return {};
    const look = (node: Deno.lint.Node, text: unknown) => {
      if (typeof text !== "string" || !text.startsWith("#/")) return;
      context.report({ node, message: "A place written out.", hint: "Use hashOf() of router.ts." });
    };
    return {
      Literal: (node) => look(node, node.value),
      TemplateElement: (node) => look(node, node.raw),
    };
  },
};

/** A pricer that is not the one for its lines: right, and slower, or for groups wrong. */
const ownPricer: Deno.lint.Rule = {
  create(context) {
    if (/_test\.ts$|\/testing\/|\/pricing\//.test(context.filename)) return {};
    return {
      NewExpression(node) {
        if (node.callee.type !== "Identifier" || !/Pricer$/.test(node.callee.name)) return;
        context.report({ node, message: "A pricer chosen here.", hint: "Use pricingFor()." });
      },
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "slips",
  rules: {
    "listed-fragment": listedFragment,
    "own-pricer": ownPricer,
    "sequence": sequence,
    "written-hash": writtenHash,
  },
};

export default plugin;
