import autocache from "@autocache/edge/vite";
import { cloudflare } from "@cloudflare/vite-plugin";
import { defineConfig, type UserConfig } from "vite";

const config: UserConfig = defineConfig({ plugins: [autocache(), cloudflare()] });

export default config;
