import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { refusal } from "./layers.ts";

/** The part of the linter's interface that the rule needs: its own types are not exported for plugins. */
interface Context {
  readonly filename: string;
  report(problem: { readonly message: string; readonly node: object }): void;
}

interface Importing {
  readonly source: { readonly value?: unknown } | null;
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Holds imports to the direction of dependency that layers.ts draws. */
const dependencyDirection = {
  meta: { type: "problem" },
  create(context: Context): Record<string, (node: Importing) => void> {
    const file = relative(root, context.filename).split(sep).join("/");
    const check = (node: Importing): void => {
      const specifier = node.source?.value;
      if (typeof specifier !== "string") return;
      const message = refusal({ file, specifier });
      if (message !== undefined) context.report({ message, node });
    };
    return {
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
      ImportDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

export default { meta: { name: "autocache" }, rules: { "dependency-direction": dependencyDirection } };
