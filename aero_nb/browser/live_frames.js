// The frames of a page by its own animation callbacks: when each one began since the last call (µs since the epoch).
// The callbacks end by themselves once nobody has asked for a while. A short text, as it is sent with each question.
(() => {
  const live = (globalThis[Symbol.for("aero_nb.live")] ??= { began: [], runs: false });
  live.asked = performance.now();
  const tick = (began) => {
    live.began.push(began);
    live.runs = performance.now() - live.asked < 5000;
    if (live.runs) requestAnimationFrame(tick);
    else delete globalThis[Symbol.for("aero_nb.live")];
  };
  if (!live.runs) requestAnimationFrame(tick);
  live.runs = true;
  return live.began.splice(0).map((began) => (performance.timeOrigin + began) * 1000);
})()
