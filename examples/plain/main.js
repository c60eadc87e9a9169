// Events bubble, so the listener can be registered before the element exists.
addEventListener("listen-in-monitoring", (event) => {
  document.querySelector("output").textContent = event.detail.state;
});
