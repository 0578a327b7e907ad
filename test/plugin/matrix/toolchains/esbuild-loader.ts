import { transform } from "esbuild";

interface Loading {
  readonly resourcePath: string;
  async(): (error: Error | null, code?: string, map?: unknown) => void;
}

/** Takes types away for webpack, as esbuild-loader does: the order of this and the plugin is what matters here. */
function load(this: Loading, code: string): void {
  const done = this.async();
  transform(code, { loader: "ts", sourcefile: this.resourcePath, sourcemap: true, target: "es2022" }).then(
    (result) => done(null, result.code, JSON.parse(result.map)),
    (error: unknown) => done(error as Error),
  );
}

export default load;
