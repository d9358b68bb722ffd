(function (identity) {
  // Draws the timeline in place of its still picture as soon as the page has plotly.js: now, or when whoever brings
  // it dispatches "aero-nb:plotly" on window. Nothing is ever fetched.
  const place = document.getElementById(identity);
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const load = async () => {
    const packed = new Blob([bytes(place.dataset.module)]).stream().pipeThrough(new DecompressionStream("gzip"));
    const code = await new Response(packed).text();
    return import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  };
  const draw = async () => {
    if (!window.Plotly || !place || place.dataset.alive) return;
    place.dataset.alive = "true";
    const still = place.innerHTML;
    try {
      const { mountStatic } = await (window.aeroNbTimelineModule ??= load());
      await mountStatic(place, bytes(place.dataset.trace), JSON.parse(place.dataset.values));
    } catch (error) {
      place.innerHTML = still; // our own still picture again
      console.error("aero_nb: this timeline stays still:", error);
    }
  };
  draw();
  window.addEventListener("aero-nb:plotly", draw);
  window.addEventListener("load", draw);
})
