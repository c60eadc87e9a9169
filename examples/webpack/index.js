import "listen-in";

addEventListener("listen-in-monitoring", (event) => {
  document.querySelector("output").textContent = event.detail.state;
});
