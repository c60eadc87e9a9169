// Events bubble, so a listener may be there before the element is.
addEventListener("listen-in-monitoring", (event) => {
  document.querySelector("output").textContent = event.detail.state;
});
