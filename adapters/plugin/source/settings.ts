import type { Analysis } from "./analysis.ts";
import type { Reference } from "./summary.ts";

/** What the settings of the compiler decide about a piece of code. */
export type Setting = "class-fields" | "decorators" | "jsx";

/** The references to what decides a setting. For JSX the pragmas of the file may name its functions. */
export function settingReferences(setting: Setting, { module, jsx }: Analysis): readonly Reference[] {
  if (setting !== "jsx") return [{ setting }];
  const names = jsx.isClassic && jsx.factories.length === 0 ? ["React"] : jsx.factories;
  const factories = names.flatMap((name) => module.own(name)?.id ?? []);
  const source = jsx.importSource === undefined ? {} : { source: jsx.importSource };
  if (factories.length === 0) return [{ setting, ...source }];
  return factories.map((factory) => ({ setting, ...source, factory }));
}
