// What happens when the page is opened.

const clock = { opened: performance.now() }; // ms
const openedAt = location.hash; // before anything that is chosen changes it

async function open() {
  readColours();
  mixShades();
  controls();
  findings();
  if (facts.timeline && ops.n) await openTimeline();
  else if (facts.anomalies.length) choose(0, { show: false });
  await readOrders();
  showOrders();
}

async function openTimeline() {
  await readAll((share) => { $('loading').textContent = `Unpacking ${count(ops.n)} operations … ${Math.round(100 * share)} %`; });
  clock.unpacked = performance.now();
  measure();
  assignLanes();
  sortIntoLanes();
  sum();
  clock.sorted = performance.now();
  $('loading').remove();
  resize();
  fit();
  tellExtent(ops.n);
  overviewPointer();
  pointer();
  filters();
  searchField();
  new ResizeObserver(() => { resize(); forgetOverview(); plots.forEach((p) => p.setSize({ width: Math.max(260, p.root.parentElement.clientWidth), height: plotHeight })); redraw(); }).observe($('stage'));
  if (facts.anomalies.length) {
    $('jump').hidden = $('lit').hidden = false;
    choose(0, { show: false });
  }
  paint();
  clock.painted = performance.now();
  await pause();
  if (!facts.untimed) {
    await idle();
    stalls();
    await makePlots();
    settled.add(() => followView(false));
  }
  addEventListener('hashchange', () => readAddress());
  readAddress(openedAt);
  clock.ready = performance.now();
}


// What tests and measurements ask for; nothing else is left in the window.
window.stressPage = {
  ready: open().then(() => { document.documentElement.dataset.ready = 'true'; }),
  clock, frames, view, seen, drawn, look, fit,
  ops: () => ops.n,
  box: (i) => { const b = box(lanes.laneOf[i], lanes.place[i]); return [b.x, b.y, b.w, b.h]; },
  paint: () => { const t = performance.now(); paint(); return performance.now() - t; },
};
