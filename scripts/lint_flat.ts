// A plugin of `deno lint`: where slots, lines' cells, limits' weights and pairs stand in the engines' flat tables is known to
// `planner/model/flat.ts` and `allocator/model/pairs.ts` alone. Who multiplies a term by the positions, or divides a slot by
// them, is refused where it is done. An index of some other table that looks alike says so in the line above:
// `// deno-lint-ignore flat/open-coded -- what it is`. Lines are told apart by the name that `model/lines.ts` gives them alone.

type Node = Deno.lint.Node;

/** What rows are wide, by engine, and where that is known. */
const ENGINES = [
  {
    rooms:
      /\/(shared\/planner\/(model|feasibility|pricing|moves|search|replan)\/|scripts\/bench\/(peers\/planner|counted_work))/,
    home: "shared/planner/model/flat.ts",
    /** Nothing but slots is counted by these. */
    wide: /^(R|C|positions|classes)$/,
    /** Cells and weights are counted by these; years are divided into terms besides. */
    alsoWide: /^(T|terms)$/,
  },
  {
    rooms: /\/(shared\/allocator\/(?!testing\/)|scripts\/bench\/peers\/allocator)/,
    home: "shared/allocator/model/pairs.ts",
    wide: /^J$/,
    alsoWide: /(?!)/,
  },
];

/** What rows are counted by: a term, a line, a worker; neither `T`, all of them, nor `lines`. */
const INDEX =
  /^([a-jln-z]|term|line|worker|slot|pair|place|owner|level|last|first|second|one|other|own)$/;

/** How something is called; empty: it has no name. */
function nameOf(node: Node): string {
  switch (node.type) {
    case "Identifier":
    case "PrivateIdentifier":
      return node.name;
    case "MemberExpression":
      return node.computed ? "" : nameOf(node.property);
    case "TSNonNullExpression":
      return nameOf(node.expression);
    default:
      return "";
  }
}

/** Whether something counts one of many: an index, one more or less, what a list says, what a calculation comes to. */
function isIndex(node: Node): boolean {
  if (node.type === "MemberExpression" && node.computed) return true;
  if (node.type === "TSNonNullExpression" || node.type === "UpdateExpression") return true;
  if (node.type === "BinaryExpression") {
    return node.operator === "%" ||
      /^[-+]$/.test(node.operator) && (isIndex(node.left) || isIndex(node.right));
  }
  return INDEX.test(nameOf(node));
}

/** The place that a sum, a product, a remainder or a quotient works out by hand; null: it works out something else. */
function openCoded(node: Deno.lint.BinaryExpression, wide: (node: Node) => boolean, slots: RegExp) {
  const { operator, left, right } = node;
  if (operator === "*") {
    const of = wide(right) ? left : wide(left) ? right : null;
    return of !== null && isIndex(of);
  }
  // Weeks are divided into terms, too.
  if (!wide(right) || left.type === "Literal") return false;
  return operator === "%" ||
    operator === "/" && (slots.test(nameOf(right)) || left.type === "Identifier" ||
        nameOf(left) === "length" || isIndex(left));
}

const openCodedPlace: Deno.lint.Rule = {
  create(context) {
    const path = context.filename.replaceAll("\\", "/");
    const engine = ENGINES.find(({ rooms, home }) => rooms.test(path) && !path.endsWith(home));
    if (engine === undefined || path.endsWith("_test.ts")) return {};
    const wide = (node: Node) =>
      engine.wide.test(nameOf(node)) || engine.alsoWide.test(nameOf(node));
    return {
      BinaryExpression(node) {
        if (!openCoded(node, wide, engine.wide)) return;
        context.report({
          node,
          message: "Where things stand in flat tables is worked out by hand.",
          hint:
            `Ask ${engine.home}, or say in the line above what other table this is an index of.`,
        });
      },
    };
  },
};

/** What lines are called where one has them in hand. */
const LINE = /^(line|cells|subarray|lineAt|lineCopy)$/;

/** When two lines are the same is told by `lineName()`: whoever joins a line to a text of his own is refused. */
const ownName: Deno.lint.Rule = {
  create(context) {
    const path = context.filename.replaceAll("\\", "/");
    if (!ENGINES[0].rooms.test(path) || /_test\.ts$|\/model\/lines\.ts$/.test(path)) return {};
    return {
      CallExpression(node) {
        const { callee, arguments: given } = node;
        if (callee.type !== "MemberExpression" || nameOf(callee) !== "join" || given.length > 0) {
          return;
        }
        const { object } = callee;
        if (!LINE.test(nameOf(object.type === "CallExpression" ? object.callee : object))) return;
        context.report({
          node,
          message: "A line is joined to a text to tell it from others.",
          hint: "lineName() of shared/planner/model/lines.ts says when two are the same.",
        });
      },
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "flat",
  rules: { "open-coded": openCodedPlace, "own-name": ownName },
};

export default plugin;
