(function (identity) {
  // Draws the figure in place of its still picture as soon as the page has plotly.js: now, or when whoever brings it
  // dispatches "aero-nb:plotly" on window. Nothing is ever fetched.
  const place = document.getElementById(identity);
  const figure = async () => {
    const packed = Uint8Array.from(atob(place.dataset.figure), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).json();
  };
  const draw = async () => {
    if (!window.Plotly || !place || place.dataset.alive) return;
    place.dataset.alive = "true";
    const { data, layout, config } = await figure();
    const live = document.createElement("div");
    live.style.height = place.dataset.height + "px";
    live.style.setProperty("--aero-nb-text", "currentcolor"); // of the page, also when its theme changes
    const still = place.firstChild;
    place.append(live);
    try {
      await window.Plotly.newPlot(live, data, layout, { ...config, responsive: true });
      still.remove();
    } catch (error) {
      live.remove(); // the still picture stays
      console.error("aero_nb: this figure stays still:", error);
    }
  };
  draw();
  window.addEventListener("aero-nb:plotly", draw);
  window.addEventListener("load", draw);
})
