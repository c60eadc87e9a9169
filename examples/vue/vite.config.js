import vue from "@vitejs/plugin-vue";

export default {
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === "listen-in" } } })],
  // Lets the page find GWS on its own origin during development.
  server: { proxy: { "/api": process.env.GWS ?? "http://127.0.0.1:8090" } },
};
