export const cacheKey = Symbol.for("autocache.cacheKey");
