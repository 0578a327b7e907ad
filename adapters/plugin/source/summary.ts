/**
 * What the graph knows of one file: plain data, so that syntax trees need not be kept and a summary can be stored on disk.
 *
 * The shape depends on the file's text alone. The texts depend on the shape and on what each callee has turned out to be,
 * which other files may decide: so shapes come first.
 */
export interface Shape {
  /** Module-level bindings; a binding's number is its place. */
  readonly bindings: readonly BindingShape[];
  /** What the module exports under each name. */
  readonly exports: Readonly<Record<string, ExportShape>>;
  /** The specifiers of `export * from`. */
  readonly stars: readonly string[];
  /** The specifiers of imports without bindings. */
  readonly bareImports: readonly string[];
  /** Top-level declarators, functions, classes and statements, in their order. */
  readonly items: readonly ItemShape[];
  /** What is called, or used as a decorator, where a function may be cached: which of them are, the graph tells. */
  readonly callees: readonly Origin[];
  /** The module-level classes that extend another. */
  readonly subclasses: readonly SubclassShape[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface BindingShape {
  readonly name: string;
  readonly kind: BindingKind;
  /** Of an import: from where, and which export (`*` for the namespace). */
  readonly import?: ImportShape;
  /** The items that declare it: several for merged declarations; none for an import. */
  readonly items: readonly number[];
  /** Where in an item's pattern it stands, if that declares several. */
  readonly place?: number;
  /**
   * Items outside its own that assign it or a member of it, and top-level statements that mention it: an import or a
   * function only outside their callbacks, and one that is a text or a number throughout nowhere.
   */
  readonly touchedBy: readonly number[];
  /** Whether a function assigns it, or a member of it: its value changes at run time. */
  readonly isMutable: boolean;
  readonly line: number;
  /** Where its value comes from, if that can be followed without running anything. */
  readonly origin?: Origin;
  /** Where the value comes from that it returns when it is called: for a function that only makes a cache. */
  readonly returns?: Origin;
  /** Of an enum that is declared once: the members whose value is a literal or counted. */
  readonly members?: Readonly<Record<string, string | number>>;
}

export type BindingKind = "import" | "const" | "let" | "var" | "function" | "class" | "enum" | "namespace" | "default";

export interface ImportShape {
  readonly source: string;
  readonly name: string;
  readonly isIgnored?: boolean;
}

/** Of an export: a binding of this module, or an export of another (`name` is `*` for its namespace). */
export type ExportShape = { readonly binding: number } | { readonly source: string; readonly name: string };

export interface ItemShape {
  /** The bindings it declares. */
  readonly declares: readonly number[];
  /** Whether it is a statement that has an effect when the module is loaded, rather than a declaration. */
  readonly isEffect: boolean;
  /** `@autocache-ignore`, or the word of `@autocache-pin`. */
  readonly pragma?: "ignore" | { readonly pin: string };
}

/** A class that extends another: if that one has cached methods, it says at run time what its own code is. */
export interface SubclassShape {
  readonly item: number;
  readonly base: Origin;
  /** The offset of the brace that closes the class, where a static block can be put. */
  readonly bodyEnd: number;
}

/**
 * Where a value comes from: a module-level binding, and what is done with it. `cache.cached` is the binding of `cache`
 * with the steps `["cached"]`; `createCache(options).cached` that of `createCache` with `["()", "cached"]`. A call whose first
 * argument is an object literal or absent is `"({})"`, as in `cached({ ttl: "5m" })(load)`; any other call is `"()"`.
 */
export interface Origin {
  readonly binding: number;
  readonly steps: readonly string[];
}

/** What a callee turned out to be. */
export type CalleeKind =
  /** Nothing of ours. */
  | "none"
  /** Its first argument is the function that is cached: `cached(fn, options)`. As a decorator: `@cached(options)`. */
  | "function"
  /** Makes a middleware for the handlers behind it in the same call: `app.get(path, routeCache(options), handler)`. */
  | "handlers"
  /** A user's own function around `cached()`, named in the option `wrappers`. */
  | "wrapper";

/** The texts of a file, made with the kinds of its callees. */
export interface Texts {
  /** One for each item of the shape. */
  readonly items: readonly CanonicalText[];
  readonly sites: readonly SiteText[];
}

/** A piece of code with everything erased that has no meaning at run time. */
export interface CanonicalText {
  /** SHA-256 of the canonical text, base64url. */
  readonly digest: string;
  /** What the numbered slots of the text stand for, in their order. */
  readonly references: readonly Reference[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What a slot of a canonical text stands for. */
export type Reference =
  /**
   * A module-level binding, and the member that is read of it, if that is known. The member is not in the text, so that
   * `ns.load` is as `load`, and a constant object may move to another file: it has to count here.
   */
  | { readonly binding: number; readonly member?: string }
  /** The namespace of a module: `import("./x")`, `import x = require("./x")`. */
  | { readonly module: string }
  /** All files that match: `import.meta.glob()`, and `import()` of a template. */
  | { readonly glob: readonly string[]; readonly query?: string }
  /** A global or a dotted path that the build replaces. */
  | { readonly define: string }
  /**
   * What the settings of the compiler decide; `jsx` with the source and the factories that pragmas of the file name.
   * These are behind all others, and have no slot in the text.
   */
  | { readonly setting: "class-fields" | "decorators" }
  | { readonly setting: "jsx"; readonly source?: string; readonly factory?: number };

/** One call of `cached()` and its like. */
export interface SiteText extends CanonicalText {
  readonly kind: "call" | "method" | "handlers" | "wrapper";
  /** Which of the shape's callees it is. */
  readonly callee: number;
  /** The item that it stands in. */
  readonly item: number;
  /** The option `name`, if it is a literal. */
  readonly literalName?: string;
  /** What the function is called where it stands: its own name, or that of the variable or property it is given to. */
  readonly name?: string;
  /** Whether the function has `name` for its own at run time, so that the manifest can find it. */
  readonly isNamed: boolean;
  /** The variables of enclosing functions whose values count, in the order of their appearance. */
  readonly captured: readonly string[];
  readonly place: Place;
  readonly line: number;
  readonly column: number;
}

/** Where a site stands in the text that was parsed: offsets in UTF-16 units. */
export interface Place {
  /** The call, or the decorator's expression. */
  readonly start: number;
  readonly end: number;
  /** Its arguments, as [start, end]; absent for a decorator that is not called. */
  readonly arguments?: readonly (readonly [number, number])[];
  /** Of a wrapper: which argument is the function, and whether it is a function literal. */
  readonly functionArgument?: number;
  readonly isLiteral?: boolean;
  /** Of a method. */
  readonly method?: MethodPlace;
}

export interface MethodPlace {
  /** The whole decorator, with its `@`. */
  readonly decorator: readonly [number, number];
  /** The end of the method. */
  readonly end: number;
  /** Absent where the name is computed or private, so that only the toolchain can lower the decorator. */
  readonly name?: string;
  readonly isStatic: boolean;
  /** Whether it is the method's only decorator. */
  readonly isAlone: boolean;
}

/** Something about the code that the author is told. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}
