import vue from "@vitejs/plugin-vue";

export default {
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === "listen-in" } } })],
  // So that the page finds GWS on its own origin while it is developed.
  server: { proxy: { "/api": process.env.GWS ?? "http://127.0.0.1:8090" } },
};
